#include "engine/pipeline/processor.h"

#include "engine/pipeline/pipeline.h"

namespace engine::pipeline {

void Processor::pushDownstream(Frame frame)
{
    if (m_pipeline)
        m_pipeline->enqueue(std::move(frame), Direction::Downstream, m_index + 1);
}

void Processor::pushUpstream(Frame frame)
{
    if (m_pipeline)
        m_pipeline->enqueue(std::move(frame), Direction::Upstream, m_index - 1);
}

} // namespace engine::pipeline
