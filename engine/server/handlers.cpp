#include "engine/server/handlers.h"

using namespace Qt::StringLiterals;

namespace engine::server {

namespace {

/// For an answer nobody waits for.
class LostStream final : public BodyStream
{
public:
    void write(const QByteArray &) override {}
    void finish() override {}
    bool isGone() const override { return true; }
    qint64 unsentBytes() const override { return 0; }
};

} // namespace

Responder &Responder::operator=(Responder &&other) noexcept
{
    std::swap(m_sink, other.m_sink);
    return *this;
}

Responder::~Responder()
{
    if (m_sink)
        send(errorResponse(500, u"internal_error"_s,
                           u"The server gave this request no answer; please report it, with the log."_s));
}

void Responder::send(const Response &response)
{
    // Taken out first: sending may destroy whoever holds this responder.
    if (const auto sink = std::exchange(m_sink, nullptr))
        sink->send(response);
}

std::unique_ptr<BodyStream> Responder::stream(const Response &head)
{
    std::unique_ptr<BodyStream> stream;
    if (const auto sink = std::exchange(m_sink, nullptr))
        stream = sink->stream(head);
    return stream ? std::move(stream) : std::make_unique<LostStream>();
}

} // namespace engine::server
