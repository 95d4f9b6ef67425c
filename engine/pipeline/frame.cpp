#include "engine/pipeline/frame.h"

#include <array>

namespace engine::pipeline {

namespace {

template <typename T>
constexpr Lane kLane = Lane::Urgent;
template <>
constexpr Lane kLane<UserTurn> = Lane::Ordered;
template <>
constexpr Lane kLane<ModelText> = Lane::Ordered;
template <>
constexpr Lane kLane<Sentence> = Lane::Ordered;
template <>
constexpr Lane kLane<AgentAudio> = Lane::Ordered;
template <>
constexpr Lane kLane<AgentWords> = Lane::Ordered;
template <>
constexpr Lane kLane<ModelDone> = Lane::Durable;
template <>
constexpr Lane kLane<SpeechDone> = Lane::Durable;
template <>
constexpr Lane kLane<ToolCall> = Lane::Durable;
template <>
constexpr Lane kLane<ToolResult> = Lane::Durable;
template <>
constexpr Lane kLane<EndOfCall> = Lane::Durable;

} // namespace

Frame::Frame() = default;
Frame::Frame(const Frame &) = default;
Frame::Frame(Frame &&) noexcept = default;
Frame &Frame::operator=(const Frame &) = default;
Frame &Frame::operator=(Frame &&) noexcept = default;
Frame::~Frame() = default;
bool Frame::operator==(const Frame &) const = default;

Lane laneOf(const Frame &frame)
{
    return std::visit([]<typename T>(const T &) { return kLane<T>; }, frame);
}

QString nameOf(const Frame &frame)
{
    static const std::array<QString, std::variant_size_v<FrameKinds>> names = {
        QStringLiteral("CalleeAudio"),   QStringLiteral("CalleeDigit"),   QStringLiteral("VoiceEdge"),
        QStringLiteral("Transcript"),    QStringLiteral("UserTurn"),      QStringLiteral("SpeculationResolved"),
        QStringLiteral("PlayoutHold"),   QStringLiteral("PlayoutResume"), QStringLiteral("Interrupted"),
        QStringLiteral("ModelText"),     QStringLiteral("ToolCall"),      QStringLiteral("ToolResult"),
        QStringLiteral("ModelDone"),     QStringLiteral("Sentence"),      QStringLiteral("AgentAudio"),
        QStringLiteral("AgentWords"),    QStringLiteral("SpeechDone"),    QStringLiteral("EndOfCall"),     QStringLiteral("AgentAudible"),  QStringLiteral("AgentProgress"),
        QStringLiteral("AgentHeard"),    QStringLiteral("Incident")};
    return names[frame.index()];
}

} // namespace engine::pipeline
