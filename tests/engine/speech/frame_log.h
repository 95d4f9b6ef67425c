#pragma once

#include "engine/pipeline/pipeline.h"

#include <QObject>

#include <vector>

/// A pipeline around one processor, and everything that came out of it at both ends.
template <typename Processor>
struct FrameLog
{
    engine::pipeline::Pipeline pipeline;
    Processor *processor = nullptr;
    std::vector<engine::pipeline::Frame> down;
    std::vector<engine::pipeline::Frame> up;

    void add(std::unique_ptr<Processor> made)
    {
        processor = made.get();
        pipeline.add(std::move(made));
        QObject::connect(&pipeline, &engine::pipeline::Pipeline::reachedEnd, &pipeline,
                         [this](const engine::pipeline::Frame &frame) { down.push_back(frame); });
        QObject::connect(&pipeline, &engine::pipeline::Pipeline::reachedStart, &pipeline,
                         [this](const engine::pipeline::Frame &frame) { up.push_back(frame); });
    }

    void push(engine::pipeline::Frame frame) { pipeline.pushDownstream(std::move(frame)); }

    /// The frames of one kind that reached the end, in order.
    template <typename T>
    std::vector<T> downOf() const
    {
        return pick<T>(down);
    }
    template <typename T>
    std::vector<T> upOf() const
    {
        return pick<T>(up);
    }

private:
    template <typename T>
    static std::vector<T> pick(const std::vector<engine::pipeline::Frame> &frames)
    {
        std::vector<T> picked;
        for (const auto &frame : frames)
            if (const auto *value = std::get_if<T>(&frame))
                picked.push_back(*value);
        return picked;
    }
};
