#pragma once

#include "engine/pipeline/pipeline.h"

#include <QStringList>

#include <memory>
#include <vector>

/// One processor in a pipeline of its own: frames in at either end, everything that comes out is kept.
class DialogueBench
{
public:
    explicit DialogueBench(std::unique_ptr<engine::pipeline::Processor> processor)
    {
        m_pipeline.add(std::move(processor));
        QObject::connect(&m_pipeline, &engine::pipeline::Pipeline::reachedEnd, &m_pipeline,
                         [this](const engine::pipeline::Frame &frame) { down.push_back(frame); });
        QObject::connect(&m_pipeline, &engine::pipeline::Pipeline::reachedStart, &m_pipeline,
                         [this](const engine::pipeline::Frame &frame) { up.push_back(frame); });
    }

    void downstream(engine::pipeline::Frame frame) { m_pipeline.pushDownstream(std::move(frame)); }
    void upstream(engine::pipeline::Frame frame) { m_pipeline.pushUpstream(std::move(frame)); }

    /// The frames of one kind among those that came out below.
    template <typename T>
    std::vector<T> downOf() const
    {
        return only<T>(down);
    }
    template <typename T>
    std::vector<T> upOf() const
    {
        return only<T>(up);
    }
    void clear()
    {
        down.clear();
        up.clear();
    }

    std::vector<engine::pipeline::Frame> down;
    std::vector<engine::pipeline::Frame> up;

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

    engine::pipeline::Pipeline m_pipeline;
};

/// Everything short-lived a call sends through that no step of the dialogue has to do with.
inline std::vector<engine::pipeline::Frame> strangers()
{
    using namespace engine::pipeline;
    return {CalleeAudio{.mulaw = "x"},
            CalleeDigit{.digit = '5'},
            VoiceEdge{},
            Transcript{},
            PlayoutHold{},
            PlayoutResume{},
            AgentAudio{.turn = 9},
            AgentWords{.turn = 9},
            SpeechDone{.turn = 9},
            AgentAudible{.turn = 9},
            Incident{.error = {.code = QStringLiteral("x")}}};
}
