#include "engine/dialogue/streamed_answer.h"

using namespace Qt::StringLiterals;

namespace engine::dialogue {

StreamedAnswer::StreamedAnswer(net::HttpClient &http, const net::HttpRequest &request,
                               std::unique_ptr<AnswerReader> reader, Refusal refusal, QObject *parent)
    : ModelJob(parent), m_http(http), m_reader(std::move(reader)), m_refusal(std::move(refusal)),
      m_job(http.send(request, this))
{
    connect(m_job, &net::HttpJob::headersReceived, this,
            [this](const net::HttpResponse &head) { m_connectionReused = head.connectionReused; });
    connect(m_job, &net::HttpJob::data, this, &StreamedAnswer::onData);
    connect(m_job, &net::HttpJob::finished, this, &StreamedAnswer::onFinished);
}

void StreamedAnswer::onData(const QByteArray &bytes)
{
    if (m_complete)
        return;
    m_receivedData = true;
    const QString delta = m_reader->push(bytes);
    if (!delta.isEmpty()) {
        const QPointer<StreamedAnswer> self = this; // the receiver may cancel us
        emit text(delta);
        if (!self)
            return;
    }
    if (m_reader->isOver()) {
        // The rest of the body is of no interest, but reading it to its end keeps the connection for the next turn.
        if (m_job) {
            m_job->disconnect(this);
            m_job->setParent(&m_http);
        }
        finishReading();
    }
}

void StreamedAnswer::onFinished(const Result<net::HttpResponse> &response)
{
    if (m_complete)
        return;
    if (response && (response->status < 200 || response->status > 299)) {
        complete(tl::unexpected(m_refusal(response->status, response->body)));
        return;
    }
    if (!response && !m_receivedData) {
        complete(failure(Fault::Vendor, u"model_busy"_s,
                         u"The model could not be reached: %1 Check the network and the model's address."_s.arg(
                             response.error().message)));
        return;
    }
    // A connection that broke after the last event is still a whole answer: the reader knows.
    finishReading();
}

void StreamedAnswer::finishReading()
{
    QString lastText;
    Result<ModelAnswer> answer = m_reader->finish(lastText);
    if (answer)
        answer->usage.connectionReused = m_connectionReused;
    if (!lastText.isEmpty()) {
        const QPointer<StreamedAnswer> self = this;
        emit text(lastText);
        if (!self)
            return;
    }
    complete(answer);
}

void StreamedAnswer::complete(const Result<ModelAnswer> &answer)
{
    m_complete = true;
    deleteLater();
    emit finished(answer);
}

} // namespace engine::dialogue
