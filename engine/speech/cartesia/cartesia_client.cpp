#include "engine/speech/cartesia/cartesia_client.h"

#include "engine/speech/cartesia/cartesia_errors.h"
#include "engine/speech/speech_log.h"

#include <QPointer>

#include <algorithm>
#include <vector>

namespace engine::speech::cartesia {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// The vendor names 100 to 300 ms as the wait after a refusal for too many contexts.
constexpr auto kRetryDelay = 200ms;
/// Sentences one context may hold; a turn has a dozen.
constexpr qsizetype kMaxSentences = 500;

/// Whether there is anything to say: an input of punctuation or emoji alone is refused.
bool isSpeakable(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.isLetterOrNumber(); });
}

} // namespace

CartesiaClient::CartesiaClient(CartesiaSettings settings, net::WebSocketFactory &sockets, Clock &clock, QObject *parent)
    : TextToSpeech(parent), m_settings(std::move(settings)), m_sockets(sockets),
      m_retry(clock.makeTimer([this] { retryRefused(); }))
{
}

CartesiaClient::~CartesiaClient() = default;

void CartesiaClient::open()
{
    m_openAsked = true;
    if (!m_socket)
        connectSocket();
}

void CartesiaClient::speak(int context, const QString &sentence)
{
    if (!isSpeakable(sentence))
        return;
    Context &state = m_contexts[context];
    if (state.sentences.size() >= kMaxSentences) {
        qCWarning(lcSpeech) << "a speech context holds" << kMaxSentences << "sentences; one more is dropped";
        return;
    }
    state.sentences.append(sentence);
    if (!m_socket)
        connectSocket();
    sendWhatIsDue(state);
}

void CartesiaClient::finish(int context)
{
    const auto found = m_contexts.find(context);
    if (found == m_contexts.end()) {
        // Nothing was there to say. Told later, as every answer is.
        QMetaObject::invokeMethod(
            this, [this, context] { emit finished(context); }, Qt::QueuedConnection);
        return;
    }
    found->second.finishAsked = true;
    sendWhatIsDue(found->second);
}

void CartesiaClient::cancel(int context)
{
    const auto found = m_contexts.find(context);
    if (found == m_contexts.end())
        return;
    const QString vendorId = found->second.vendorId;
    m_contexts.erase(found);
    if (!vendorId.isEmpty() && isReady())
        m_socket->sendText(cancelMessage(vendorId));
}

void CartesiaClient::reconnect()
{
    dropSocket();
    m_contexts.clear();
    m_retry->stop();
    m_openAsked = true;
    connectSocket();
}

void CartesiaClient::close()
{
    m_contexts.clear();
    m_retry->stop();
    m_openAsked = false;
    dropSocket();
}

void CartesiaClient::connectSocket()
{
    m_socket = m_sockets.create(this);
    connect(m_socket, &net::WebSocket::opened, this, [this] {
        m_openAsked = false;
        for (auto &[number, context] : m_contexts)
            sendWhatIsDue(context);
        emit ready();
    });
    connect(m_socket, &net::WebSocket::textReceived, this, &CartesiaClient::onText);
    connect(m_socket, &net::WebSocket::closed, this, &CartesiaClient::onClosed);
    m_socket->open(socketUrl(m_settings), handshakeHeaders(m_settings));
}

void CartesiaClient::dropSocket()
{
    if (!m_socket)
        return;
    // May run inside one of the socket's own signals.
    net::WebSocket *socket = std::exchange(m_socket, nullptr);
    socket->disconnect(this);
    if (socket->isOpen())
        socket->close(1000);
    socket->deleteLater();
}

void CartesiaClient::sendWhatIsDue(Context &context)
{
    if (!isReady() || context.waiting)
        return;
    if (context.vendorId.isEmpty())
        context.vendorId = u"%1-%2"_s.arg(m_settings.contextPrefix).arg(++m_lastVendorNumber);
    for (; context.sent < context.sentences.size(); ++context.sent) {
        // The vendor joins inputs as they are; the space between two sentences is ours to give, once.
        const QString text = (context.sent == 0 ? QString() : u" "_s) + context.sentences[context.sent];
        m_socket->sendText(inputMessage(m_settings, context.vendorId, text, false));
    }
    if (context.finishAsked && !std::exchange(context.closed, true))
        m_socket->sendText(inputMessage(m_settings, context.vendorId, {}, true));
}

std::map<int, CartesiaClient::Context>::iterator CartesiaClient::find(const QString &vendorId)
{
    return std::find_if(m_contexts.begin(), m_contexts.end(), [&vendorId](const auto &entry) {
        return !vendorId.isEmpty() && entry.second.vendorId == vendorId;
    });
}

void CartesiaClient::onText(const QString &text)
{
    const Result<ServerMessage> message = parse(text.toUtf8());
    if (!message) {
        qCWarning(lcSpeech) << message.error().message;
        return;
    }
    if (const auto *error = std::get_if<ErrorMessage>(&*message)) {
        onError(*error);
        return;
    }
    if (const auto *chunk = std::get_if<Chunk>(&*message)) {
        const auto found = find(chunk->contextId);
        if (found == m_contexts.end() || chunk->mulaw.isEmpty())
            return;
        found->second.audioCame = true;
        emit audio(found->first, chunk->mulaw);
    } else if (const auto *times = std::get_if<Timestamps>(&*message)) {
        const auto found = find(times->contextId);
        if (found != m_contexts.end() && !times->words.empty())
            emit words(found->first, times->words);
    } else if (const auto *flushed = std::get_if<FlushDone>(&*message)) {
        const auto found = find(flushed->contextId);
        // The closing input may be confirmed too: there are never more sentences delivered than sent.
        if (found != m_contexts.end() && found->second.delivered < found->second.sent)
            emit sentencesDelivered(found->first, ++found->second.delivered);
    } else if (const auto *done = std::get_if<ContextDone>(&*message)) {
        const auto found = find(done->contextId);
        if (found == m_contexts.end())
            return;
        const int number = found->first;
        m_contexts.erase(found);
        emit finished(number);
    } else if (const auto *other = std::get_if<Other>(&*message)) {
        qCDebug(lcSpeech) << "Cartesia message of type" << other->type;
    }
}

void CartesiaClient::onError(const ErrorMessage &error)
{
    const Loss loss = lossOf(error);
    qCInfo(lcSpeech) << "Cartesia error" << error.status << error.code << error.words;
    if (!error.contextId) {
        // It concerns the connection, or a message the vendor could not read: nobody can tell which context is dead.
        std::vector<int> all;
        for (const auto &entry : m_contexts)
            all.push_back(entry.first);
        const QPointer<CartesiaClient> alive(this);
        for (const int number : all)
            if (alive)
                failContext(number, loss.error, loss.retry);
        return;
    }
    const auto found = find(*error.contextId);
    if (found == m_contexts.end())
        return;
    Context &context = found->second;
    const bool tooMany = error.status == 429 || error.code == "concurrency_limited"_L1;
    if (tooMany && !context.retried && !context.audioCame) {
        context.retried = true;
        context.waiting = true;
        context.vendorId.clear(); // an id is never used again
        context.sent = 0;
        context.delivered = 0;
        context.closed = false;
        if (!m_retry->isActive())
            m_retry->start(kRetryDelay);
        return;
    }
    failContext(found->first, loss.error, loss.retry);
}

void CartesiaClient::retryRefused()
{
    for (auto &[number, context] : m_contexts) {
        if (!context.waiting)
            continue;
        context.waiting = false;
        sendWhatIsDue(context);
    }
}

void CartesiaClient::failContext(int number, const Error &error, bool retry)
{
    if (m_contexts.erase(number) > 0)
        emit contextFailed(number, error, retry);
}

void CartesiaClient::onClosed(const net::SocketClosed &why)
{
    dropSocket();
    m_retry->stop();
    // An idle socket is closed after five minutes, as documented; the next sentence opens another.
    const bool matters = !m_contexts.empty() || m_openAsked || !why.wasOpen;
    m_contexts.clear();
    m_openAsked = false;
    if (!matters) {
        qCDebug(lcSpeech) << "idle speech socket closed:" << why.closeCode << why.reason;
        return;
    }
    const Loss loss = lossOf(why);
    emit lost(loss.error, loss.retry);
}

} // namespace engine::speech::cartesia
