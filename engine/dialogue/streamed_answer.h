#pragma once

#include "engine/dialogue/language_model.h"
#include "engine/net/http_client.h"

#include <QByteArrayView>
#include <QPointer>

#include <functional>
#include <memory>

namespace engine::dialogue {

/// Understands the body of one streamed answer: bytes in, text to be spoken out, and at the end the whole answer.
/// One per request; pure. Each vendor's codec has one.
class AnswerReader
{
public:
    virtual ~AnswerReader() = default;

    /// @param bytes  the next piece of a 2xx body, split anywhere
    /// @return the text to be spoken that they completed, often ""
    [[nodiscard]] virtual QString push(QByteArrayView bytes) = 0;
    /// Nothing more that matters will come, though the body may not have ended: finish() can be asked now.
    virtual bool isOver() const = 0;
    /// The body has ended, cleanly or not.
    /// @param lastText  set to text only the end of the body completed
    /// @return the answer, or why this was none, with the codes of ModelJob::finished
    [[nodiscard]] virtual Result<ModelAnswer> finish(QString &lastText) = 0;
};

/// A ModelJob that is one streaming HTTP request read by an AnswerReader.
class StreamedAnswer final : public ModelJob
{
    Q_OBJECT
public:
    /// Makes the Error for an HTTP status that is not 2xx.
    using Refusal = std::function<Error(int status, const QByteArray &body)>;

    /// @param http     outlives this
    /// @param request  sent at once
    /// @param parent   owner; deleting this cancels
    StreamedAnswer(net::HttpClient &http, const net::HttpRequest &request, std::unique_ptr<AnswerReader> reader,
                   Refusal refusal, QObject *parent);

private:
    void onData(const QByteArray &bytes);
    void onFinished(const Result<net::HttpResponse> &response);
    void finishReading();
    void complete(const Result<ModelAnswer> &answer);

    net::HttpClient &m_http;
    std::unique_ptr<AnswerReader> m_reader;
    Refusal m_refusal;
    QPointer<net::HttpJob> m_job;
    bool m_connectionReused = false;
    bool m_receivedData = false;
    bool m_complete = false;
};

} // namespace engine::dialogue
