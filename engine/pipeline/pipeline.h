#pragma once

#include "engine/pipeline/processor.h"

#include <QObject>

#include <deque>
#include <memory>
#include <vector>

namespace engine::pipeline {

enum class Direction { Downstream, Upstream };

/// Sees every frame as it enters a processor (or leaves an end). Measures, records, transcribes from the side: it changes nothing.
class Observer
{
public:
    virtual ~Observer() = default;
    /// @param to  name of the step about to get the frame; "out" at the downstream end, "in" at the upstream end
    virtual void onFrame(const Frame &frame, Direction direction, const QString &to) = 0;
};

/// The chain of a call: carries frames between its processors, one at a time, in lanes.
///
/// Frames pushed while another is being handled wait in a queue, so that a processor is never entered twice at once. Urgent frames
/// go first; an Interrupted frame drops the waiting Ordered frames of that and earlier turns. Owned by its call; engine thread.
class Pipeline : public QObject
{
    Q_OBJECT
public:
    explicit Pipeline(QObject *parent = nullptr);
    ~Pipeline() override;

    /// Appends a step. Takes ownership.
    void add(std::unique_ptr<Processor> processor);
    /// @param observer  not owned; must outlive the pipeline or be removed first
    void addObserver(Observer *observer);
    void removeObserver(Observer *observer);

    /// Puts a frame in at the carrier's end, before the first step.
    void pushDownstream(Frame frame);
    /// Puts a frame in at the far end, after the last step, going up.
    void pushUpstream(Frame frame);

    /// Frames waiting at this moment; more than kQueueLimit Ordered ones are dropped with a warning.
    int queuedFrames() const;

signals:
    /// A frame came out after the last step.
    void reachedEnd(const engine::pipeline::Frame &frame);
    /// A frame came out before the first step.
    void reachedStart(const engine::pipeline::Frame &frame);

private:
    friend class Processor;
    struct Entry
    {
        Frame frame;
        Direction direction;
        int to; // index of the step to enter; -1 and size() are the ends
    };
    void enqueue(Frame frame, Direction direction, int to);
    void drain();
    void deliver(const Entry &entry);
    void dropInterrupted(TurnId turn);

    std::vector<std::unique_ptr<Processor>> m_processors;
    std::vector<Observer *> m_observers;
    std::deque<Entry> m_urgent;
    std::deque<Entry> m_ordinary;
    bool m_draining = false;
};

} // namespace engine::pipeline

Q_DECLARE_METATYPE(engine::pipeline::Frame)
