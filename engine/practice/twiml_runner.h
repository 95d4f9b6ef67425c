#pragma once

#include "engine/practice/call_request.h"
#include "engine/practice/call_resource.h"
#include "engine/practice/line_context.h"
#include "engine/practice/twiml_document.h"
#include "engine/practice/webhook_job.h"
#include "engine/twilio/form_codec.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>

namespace engine::practice {

class MediaStreamSession;

/// Fetches the instructions of an answered call and carries them out, verb by verb. Owned by its call; practice thread.
///
/// One document rules at a time: run() drops the one before. When the last verb has ended the call is to be hung up.
class TwimlRunner : public QObject
{
    Q_OBJECT
public:
    /// @param call            outlives the runner
    /// @param baseParameters  gives the parameters every request about this call carries
    TwimlRunner(const CallRecord &call, std::function<twilio::FormPairs()> baseParameters, const LineContext &context,
                QObject *parent);
    ~TwimlRunner() override;

    /// @param extra  further parameters of the first request
    void run(const Instructions &instructions, const twilio::FormPairs &extra = {});
    /// Nothing runs any more; a stream gets its `stop`. No finished() follows.
    void abandon();

    /// 20 ms of what the callee hears, 160 bytes of mu-law; silence when nothing plays.
    [[nodiscard]] QByteArray play();
    /// 20 ms of what the callee says.
    void carry(const QByteArray &mulaw);
    void pressKey(char digit);
    /// Whether carry() reaches anybody.
    bool isStreaming() const;
    /// How much of the agent's audio is still to be played.
    std::chrono::milliseconds buffered() const;
    /// Breaks the connection of the media stream, if there is one.
    void dropSocket();

signals:
    void finished();
    void noted(const engine::practice::Notification &notification);
    /// Of the media stream, see there.
    void audioArrived();
    void cleared();

private:
    void fetch(const QString &url, const QByteArray &method, const twilio::FormPairs &extra, bool isFallback);
    void onFetched(const WebhookOutcome &outcome, bool isFallback);
    void documentFailed(int code, const QString &text, bool isFallback);
    void runDocument(TwimlDocument document);
    void runNextVerb();
    void runVerb(const ConnectVerb &connect);
    void runVerb(const SayVerb &say);
    void runVerb(const PauseVerb &pause);
    void runVerb(const PlayVerb &play);
    void runVerb(const DialVerb &dial);
    void runVerb(const RedirectVerb &redirect);
    void runVerb(const HangupVerb &hangup);
    void openStream(const StreamNoun &stream);
    void followToCloud(const StreamNoun &stream);
    void refuseStream(int code, const QString &text);
    void streamEnded(int errorCode, const QString &text);
    void afterConnect();
    void tellStream(const StreamNoun &stream, const QString &streamSid, const QString &event,
                    const QString &error = {});
    void note(int code, bool isWarning, const QString &text, const QString &url, const QByteArray &method);
    void after(std::chrono::milliseconds delay, std::function<void()> step);

    const CallRecord &m_call;
    std::function<twilio::FormPairs()> m_baseParameters;
    const LineContext &m_context;
    Instructions m_instructions;
    QString m_documentUrl; ///< of the document that runs; empty when it came inline
    QByteArray m_documentMethod;
    TwimlDocument m_document;
    size_t m_nextVerb = 0;
    ConnectVerb m_connect; ///< the one that runs
    QPointer<WebhookJob> m_fetch;
    QPointer<MediaStreamSession> m_stream; ///< deletes itself
    std::unique_ptr<Timer> m_step;
    bool m_over = false;
};

/// Why a stream that goes to Pipecat Cloud would not reach an agent; empty when it would.
///
/// @param stream  whose host is `api.pipecat.daily.co` or `REGION.api.pipecat.daily.co` and which names an agent as
/// NAME.ORGANIZATION
[[nodiscard]] QString cloudStreamProblem(const StreamNoun &stream);

} // namespace engine::practice
