#include "engine/pipeline/pipeline.h"

#include <QLoggingCategory>

#include <algorithm>

namespace engine::pipeline {

Q_LOGGING_CATEGORY(lcPipeline, "dialdesk.pipeline")

namespace {

/// More waiting frames than this means a loop or a stuck step; the newest Ordered ones are dropped.
constexpr size_t kQueueLimit = 4096;

/// The turn a frame was made for, 0 when it belongs to none.
TurnId turnOf(const Frame &frame)
{
    return std::visit(
        []<typename T>(const T &value) -> TurnId {
            if constexpr (requires { value.turn; })
                return value.turn;
            else
                return 0;
        },
        frame);
}

} // namespace

Pipeline::Pipeline(QObject *parent) : QObject(parent) {}

Pipeline::~Pipeline()
{
    for (const auto &processor : m_processors)
        processor->m_pipeline = nullptr;
}

void Pipeline::add(std::unique_ptr<Processor> processor)
{
    Q_ASSERT(!m_draining);
    processor->m_pipeline = this;
    processor->m_index = static_cast<int>(m_processors.size());
    m_processors.push_back(std::move(processor));
}

void Pipeline::addObserver(Observer *observer)
{
    m_observers.push_back(observer);
}

void Pipeline::removeObserver(Observer *observer)
{
    std::erase(m_observers, observer);
}

void Pipeline::pushDownstream(Frame frame)
{
    enqueue(std::move(frame), Direction::Downstream, 0);
}

void Pipeline::pushUpstream(Frame frame)
{
    enqueue(std::move(frame), Direction::Upstream, static_cast<int>(m_processors.size()) - 1);
}

int Pipeline::queuedFrames() const
{
    return static_cast<int>(m_urgent.size() + m_ordinary.size());
}

void Pipeline::enqueue(Frame frame, Direction direction, int to)
{
    if (const auto *interrupted = std::get_if<Interrupted>(&frame))
        dropInterrupted(interrupted->turn);

    const Lane lane = laneOf(frame);
    if (lane == Lane::Ordered && m_ordinary.size() >= kQueueLimit) {
        qCWarning(lcPipeline) << "dropped a" << nameOf(frame) << "frame:" << m_ordinary.size() << "are waiting";
        return;
    }
    auto &queue = lane == Lane::Urgent ? m_urgent : m_ordinary;
    queue.push_back({std::move(frame), direction, to});
    drain();
}

void Pipeline::drain()
{
    if (m_draining)
        return;
    m_draining = true;
    while (!m_urgent.empty() || !m_ordinary.empty()) {
        auto &queue = m_urgent.empty() ? m_ordinary : m_urgent;
        const Entry entry = std::move(queue.front());
        queue.pop_front();
        deliver(entry);
    }
    m_draining = false;
}

void Pipeline::deliver(const Entry &entry)
{
    static const QString kIn = QStringLiteral("in");
    static const QString kOut = QStringLiteral("out");
    const bool atStart = entry.to < 0;
    const bool atEnd = entry.to >= static_cast<int>(m_processors.size());
    const QString &to = atStart ? kIn : atEnd ? kOut : m_processors[static_cast<size_t>(entry.to)]->name();
    for (Observer *observer : m_observers)
        observer->onFrame(entry.frame, entry.direction, to);

    if (atStart)
        emit reachedStart(entry.frame);
    else if (atEnd)
        emit reachedEnd(entry.frame);
    else if (entry.direction == Direction::Downstream)
        m_processors[static_cast<size_t>(entry.to)]->downstream(entry.frame);
    else
        m_processors[static_cast<size_t>(entry.to)]->upstream(entry.frame);
}

void Pipeline::dropInterrupted(TurnId turn)
{
    std::erase_if(m_ordinary, [turn](const Entry &entry) {
        const TurnId made = turnOf(entry.frame);
        return laneOf(entry.frame) == Lane::Ordered && made != 0 && made <= turn;
    });
}

} // namespace engine::pipeline
