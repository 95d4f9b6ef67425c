#pragma once

#include "engine/pipeline/frame.h"

#include <QObject>
#include <QString>

namespace engine::pipeline {

class Pipeline;

/// One step of a call's pipeline: gets a frame, pushes any number on, never waits.
///
/// Slow work is started here and its result pushed later, tagged with its turn. A frame a processor does not know must be
/// passed on unchanged, which the default handlers do. Lives on the engine thread; owned by its Pipeline.
class Processor : public QObject
{
    Q_OBJECT
public:
    explicit Processor(QString name, QObject *parent = nullptr) : QObject(parent), m_name(std::move(name)) {}

    const QString &name() const { return m_name; }

    /// A frame on its way to the callee's ear. Default: passes it on.
    virtual void downstream(const Frame &frame) { pushDownstream(frame); }
    /// A frame on its way back to the source. Default: passes it on.
    virtual void upstream(const Frame &frame) { pushUpstream(frame); }

protected:
    /// Hands a frame to the next step. Safe at any time on the engine thread, also from a late callback; without a pipeline
    /// (not yet added, or already taken apart) the frame is dropped.
    void pushDownstream(Frame frame);
    void pushUpstream(Frame frame);

private:
    friend class Pipeline;
    QString m_name;
    Pipeline *m_pipeline = nullptr; // owns us
    int m_index = -1;
};

} // namespace engine::pipeline
