#pragma once

#include "engine/pipeline/pipeline.h"

#include <QString>

#include <utility>
#include <vector>

namespace support {

/// Collects what leaves a pipeline at its two ends, for tests of processors: frames in, frames out, both directions.
class FrameRecorder final : public engine::pipeline::Observer
{
public:
    void onFrame(const engine::pipeline::Frame &frame, engine::pipeline::Direction, const QString &to) override
    {
        if (to == QStringLiteral("out"))
            m_out.push_back(frame);
        else if (to == QStringLiteral("in"))
            m_in.push_back(frame);
    }

    const std::vector<engine::pipeline::Frame> &out() const { return m_out; } ///< after the last step
    const std::vector<engine::pipeline::Frame> &in() const { return m_in; }   ///< before the first step
    void forget()
    {
        m_out.clear();
        m_in.clear();
    }

    /// The frames of one kind, in order.
    template <typename T>
    std::vector<T> out() const
    {
        return only<T>(m_out);
    }
    template <typename T>
    std::vector<T> in() const
    {
        return only<T>(m_in);
    }

private:
    template <typename T>
    static std::vector<T> only(const std::vector<engine::pipeline::Frame> &frames)
    {
        std::vector<T> found;
        for (const auto &frame : frames)
            if (const T *value = std::get_if<T>(&frame))
                found.push_back(*value);
        return found;
    }

    std::vector<engine::pipeline::Frame> m_out;
    std::vector<engine::pipeline::Frame> m_in;
};

} // namespace support
