#include "engine/practice/twiml_runner.h"

#include "engine/practice/alert_codes.h"
#include "engine/practice/media_stream_session.h"
#include "engine/practice/practice_log.h"

#include <QRegularExpression>

#include <algorithm>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kMillisecondsPerSpokenCharacter = 60ms;
constexpr auto kLongestVerb = 60s;
constexpr std::chrono::milliseconds kRecordingLength = 1s;
constexpr std::chrono::milliseconds kDigitLength = 500ms;
constexpr qsizetype kMostDigits = 32;
constexpr auto kBridgedTalk = 3s;
constexpr auto kServiceHostParameter = "_pipecatCloudServiceHost"_L1;

} // namespace

QString cloudStreamProblem(const StreamNoun &stream)
{
    static const QRegularExpression host(u"^((us-west|us-east|eu-central|ap-south)\\.)?api\\.pipecat\\.daily\\.co$"_s);
    static const QRegularExpression agent(u"^[A-Za-z0-9][A-Za-z0-9_-]*\\.[A-Za-z0-9][A-Za-z0-9_-]*$"_s);
    const QUrl url(stream.url);
    if (url.scheme() != "wss"_L1)
        return u"the scheme is not wss"_s;
    if (!host.match(url.host()).hasMatch())
        return u"%1 is neither this machine nor a Pipecat Cloud region"_s.arg(url.host());
    if (url.path() != "/ws/twilio"_L1)
        return u"the path is %1, not /ws/twilio"_s.arg(url.path());
    const QString serviceHost = stream.parameters.value(kServiceHostParameter);
    if (!agent.match(serviceHost).hasMatch() || serviceHost.split(u'.').contains("None"_L1))
        return u"the parameter %1 is \"%2\", not AGENT.ORGANIZATION"_s.arg(kServiceHostParameter, serviceHost);
    return {};
}

TwimlRunner::TwimlRunner(const CallRecord &call, std::function<twilio::FormPairs()> baseParameters,
                         const LineContext &context, QObject *parent)
    : QObject(parent), m_call(call), m_baseParameters(std::move(baseParameters)), m_context(context)
{
}

TwimlRunner::~TwimlRunner() = default;

void TwimlRunner::run(const Instructions &instructions, const twilio::FormPairs &extra)
{
    abandon();
    m_over = false;
    m_instructions = instructions;
    if (!instructions.url.isEmpty())
        return fetch(instructions.url, instructions.method, extra, false);
    m_documentUrl.clear();
    m_documentMethod.clear();
    auto document = readTwiml("text/xml", instructions.twiml.toUtf8());
    if (document)
        runDocument(std::move(*document));
    else
        documentFailed(document.error().code, document.error().text, false);
}

void TwimlRunner::abandon()
{
    m_over = true;
    m_step.reset();
    delete m_fetch;
    if (MediaStreamSession *stream = std::exchange(m_stream, nullptr))
        stream->stop();
}

QByteArray TwimlRunner::play()
{
    return m_stream ? m_stream->play() : QByteArray(PlaybackBuffer::kFrameBytes, '\xff');
}

void TwimlRunner::carry(const QByteArray &mulaw)
{
    if (m_stream)
        m_stream->carry(mulaw);
}

void TwimlRunner::pressKey(char digit)
{
    if (m_stream)
        m_stream->pressKey(digit);
}

bool TwimlRunner::isStreaming() const
{
    return m_stream && m_stream->isLive();
}

std::chrono::milliseconds TwimlRunner::buffered() const
{
    return m_stream ? m_stream->buffered() : 0ms;
}

void TwimlRunner::dropSocket()
{
    if (m_stream)
        m_stream->drop();
}

void TwimlRunner::fetch(const QString &url, const QByteArray &method, const twilio::FormPairs &extra, bool isFallback)
{
    m_documentUrl = url;
    m_documentMethod = method;
    WebhookRequest request{method, url, m_baseParameters() + extra};
    m_fetch = new WebhookJob(std::move(request), m_context, this);
    connect(m_fetch, &WebhookJob::finished, this,
            [this, isFallback](const WebhookOutcome &outcome) { onFetched(outcome, isFallback); });
    m_fetch->start();
}

void TwimlRunner::onFetched(const WebhookOutcome &outcome, bool isFallback)
{
    m_fetch = nullptr;
    if (outcome.errorCode != 0)
        return documentFailed(outcome.errorCode, outcome.errorText, isFallback);
    auto document = readTwiml(outcome.contentType, outcome.body);
    if (!document)
        return documentFailed(document.error().code, document.error().text, isFallback);
    runDocument(std::move(*document));
}

void TwimlRunner::documentFailed(int code, const QString &text, bool isFallback)
{
    const QString failedUrl = m_documentUrl;
    note(code, false, text, failedUrl, m_documentMethod);
    if (!isFallback && !m_instructions.fallbackUrl.isEmpty())
        return fetch(m_instructions.fallbackUrl, m_instructions.fallbackMethod,
                     {{"ErrorCode", QByteArray::number(code)}, {"ErrorUrl", failedUrl.toUtf8()}}, true);
    // "An application error has occurred" is what the callee hears now.
    m_document = {};
    m_nextVerb = 0;
    after(m_context.settings.timing.errorAnnouncement, [this] { runNextVerb(); });
}

void TwimlRunner::runDocument(TwimlDocument document)
{
    for (const QString &warning : document.warnings)
        note(alert::kSchemaWarning, true, u"Schema validation warning: %1"_s.arg(warning), m_documentUrl,
             m_documentMethod);
    m_document = std::move(document);
    m_nextVerb = 0;
    runNextVerb();
}

void TwimlRunner::runNextVerb()
{
    if (m_over)
        return;
    if (m_nextVerb >= m_document.verbs.size()) {
        m_over = true;
        emit finished();
        return;
    }
    const Verb verb = m_document.verbs[m_nextVerb++];
    std::visit([this](const auto &known) { runVerb(known); }, verb);
}

void TwimlRunner::runVerb(const SayVerb &say)
{
    after(std::min<std::chrono::milliseconds>(kLongestVerb, kMillisecondsPerSpokenCharacter * say.text.size()),
          [this] { runNextVerb(); });
}

void TwimlRunner::runVerb(const PauseVerb &pause)
{
    after(std::clamp<std::chrono::milliseconds>(std::chrono::seconds(pause.seconds), 0ms, kLongestVerb),
          [this] { runNextVerb(); });
}

void TwimlRunner::runVerb(const PlayVerb &play)
{
    const std::chrono::milliseconds digits = kDigitLength * std::min<qsizetype>(play.digits.size(), kMostDigits);
    after(play.digits.isEmpty() ? kRecordingLength : digits, [this] { runNextVerb(); });
}

void TwimlRunner::runVerb(const DialVerb &dial)
{
    qCInfo(practiceLog, "practice: call %ls is put through to another number and talks there",
           qUtf16Printable(m_call.sid));
    Q_UNUSED(dial)
    after(kBridgedTalk, [this] { runNextVerb(); });
}

void TwimlRunner::runVerb(const RedirectVerb &redirect)
{
    QUrl url(redirect.url);
    if (url.isRelative())
        url = QUrl(m_documentUrl).resolved(url);
    fetch(url.toString(QUrl::FullyEncoded), redirect.method, {}, false);
}

void TwimlRunner::runVerb(const HangupVerb &)
{
    m_nextVerb = m_document.verbs.size();
    runNextVerb();
}

void TwimlRunner::runVerb(const ConnectVerb &connect)
{
    m_connect = connect;
    if (!connect.stream) {
        note(alert::kSchemaWarning, true, u"Schema validation warning: <Connect> holds no <Stream>."_s, m_documentUrl,
             m_documentMethod);
        return runNextVerb();
    }
    const StreamNoun &stream = *connect.stream;
    const QUrl url(stream.url, QUrl::StrictMode);
    const bool isPlainHere = url.scheme() == "ws"_L1 && m_context.settings.plainWebSocket && isThisMachine(url.host());
    if (stream.track != "inbound_track"_L1)
        refuseStream(alert::kInvalidTrack,
                     u"Stream - Invalid track configuration: <Connect> takes inbound_track only"_s);
    else if (!url.isValid() || url.isRelative() || url.host().isEmpty())
        refuseStream(alert::kInvalidStreamUrl, u"Stream - URL - Malformed: \"%1\""_s.arg(stream.url));
    else if (url.scheme() != "wss"_L1 && !isPlainHere)
        refuseStream(alert::kInvalidStreamScheme,
                     u"Stream - URL - Invalid scheme: \"%1\", must be wss"_s.arg(url.scheme()));
    else if (isThisMachine(url.host()))
        openStream(stream);
    else
        followToCloud(stream);
}

void TwimlRunner::openStream(const StreamNoun &stream)
{
    twilio::Start start;
    start.streamSid = StreamSid(u"MZ"_s + QString::fromLatin1(m_context.random.hex(16)));
    start.callSid = CallSid(m_call.sid);
    start.accountSid = m_call.accountSid;
    start.tracks = QStringList{u"inbound"_s};
    start.customParameters = stream.parameters;
    // The call's: its goodbye may take longer than the runner lives.
    auto *session = new MediaStreamSession(start, stream.url, m_context, parent());
    m_stream = session;
    const QString streamSid = start.streamSid.value();
    connect(session, &MediaStreamSession::started, this,
            [this, stream, streamSid] { tellStream(stream, streamSid, u"stream-started"_s); });
    connect(session, &MediaStreamSession::stopped, this,
            [this, stream, streamSid] { tellStream(stream, streamSid, u"stream-stopped"_s); });
    connect(session, &MediaStreamSession::warned, this,
            [this, stream](int code, const QString &text) { note(code, true, text, stream.url, "GET"); });
    connect(session, &MediaStreamSession::ended, this, &TwimlRunner::streamEnded);
    connect(session, &MediaStreamSession::audioArrived, this, &TwimlRunner::audioArrived);
    connect(session, &MediaStreamSession::cleared, this, &TwimlRunner::cleared);
    after(m_context.settings.timing.twimlToUpgrade, [this] {
        if (m_stream)
            m_stream->open();
    });
}

/// No packet leaves the machine: what the cloud would answer is judged from the document alone.
void TwimlRunner::followToCloud(const StreamNoun &stream)
{
    if (const QString problem = cloudStreamProblem(stream); !problem.isEmpty())
        return refuseStream(alert::kHandshakeRefused, u"Stream - WebSocket - Handshake error: %1"_s.arg(problem));
    qCInfo(practiceLog, "practice: call %ls went to %ls for agent %ls", qUtf16Printable(m_call.sid),
           qUtf16Printable(stream.url), qUtf16Printable(stream.parameters.value(kServiceHostParameter)));
    tellStream(stream, u"MZ"_s + QString::fromLatin1(m_context.random.hex(16)), u"stream-started"_s);
    after(m_context.settings.timing.cloudConversation, [this] { afterConnect(); });
}

void TwimlRunner::refuseStream(int code, const QString &text)
{
    const StreamNoun stream = *m_connect.stream;
    note(code, false, text, stream.url, "GET");
    tellStream(stream, u"MZ"_s + QString::fromLatin1(m_context.random.hex(16)), u"stream-error"_s, text);
    afterConnect();
}

void TwimlRunner::streamEnded(int errorCode, const QString &text)
{
    if (!m_stream)
        return;
    const QString streamSid = m_stream->streamSid().value();
    const StreamNoun stream = *m_connect.stream;
    m_stream = nullptr;
    if (errorCode != 0)
        note(errorCode, false, text, stream.url, "GET");
    tellStream(stream, streamSid, errorCode == 0 ? u"stream-stopped"_s : u"stream-error"_s, text);
    afterConnect();
}

void TwimlRunner::afterConnect()
{
    if (m_connect.action.isEmpty())
        return runNextVerb();
    fetch(m_connect.action, m_connect.method, {}, false);
}

void TwimlRunner::tellStream(const StreamNoun &stream, const QString &streamSid, const QString &event,
                             const QString &error)
{
    if (stream.statusCallback.isEmpty())
        return;
    twilio::FormPairs parameters{
        {"AccountSid", m_call.accountSid.toLatin1()},
        {"CallSid", m_call.sid.toLatin1()},
        {"StreamSid", streamSid.toLatin1()},
        {"StreamName", (stream.name.isEmpty() ? streamSid : stream.name).toUtf8()},
        {"StreamEvent", event.toLatin1()},
        {"Timestamp", m_context.clock.wallTime().toUTC().toString(Qt::ISODateWithMs).toLatin1()}};
    if (!error.isEmpty())
        parameters.emplaceBack("StreamError", error.toUtf8());
    // The call's: what it tells may take longer than the runner lives.
    (new WebhookJob({stream.statusCallbackMethod, stream.statusCallback, parameters}, m_context, parent()))->start();
}

void TwimlRunner::note(int code, bool isWarning, const QString &text, const QString &url, const QByteArray &method)
{
    Notification notification;
    notification.errorCode = code;
    notification.isWarning = isWarning;
    notification.text = text;
    notification.requestUrl = url;
    notification.requestMethod = method;
    emit noted(notification);
}

void TwimlRunner::after(std::chrono::milliseconds delay, std::function<void()> step)
{
    m_step = m_context.clock.makeTimer(std::move(step));
    m_step->start(delay);
}

} // namespace engine::practice
