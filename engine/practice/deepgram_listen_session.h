#pragma once

#include "engine/practice/deepgram_session.h"
#include "engine/practice/segment_transcriber.h"

#include <QCryptographicHash>

namespace engine::practice {

/// One `/v1/listen` connection (Nova): audio in; Results, SpeechStarted, UtteranceEnd and at the end Metadata out.
///
/// From the client: binary audio, {"type":"KeepAlive"}, {"type":"Finalize"}, {"type":"CloseStream"},
/// {"type":"Configure","keyterms":["Ava"]}; an empty binary message is CloseStream too. Ten seconds without any of
/// these, or without any audio at all, close the connection with 1011.
class DeepgramListenSession final : public DeepgramSession
{
public:
    DeepgramListenSession(const ListenRequest &request, std::unique_ptr<QWebSocket> socket, QByteArray requestId,
                          const DeepgramSurroundings &surroundings, QObject *parent);

private:
    struct Channel
    {
        StreamListener listener;
        SegmentTranscriber transcriber;
    };

    void receiveText(const QString &text) override;
    void receiveAudio(const QByteArray &bytes) override;
    /// One channel's part of interleaved bytes.
    QByteArray channelBytes(const QByteArray &bytes, int channel) const;
    void sendFrom(int channel, QJsonObject message);
    /// Changes of the stream's settings: checked and confirmed, without effect on what is heard.
    /// @return false when the message is malformed
    bool configure(const QJsonObject &message);
    void considerIdle();
    void closeStream();
    QJsonObject metadata() const;

    ListenRequest m_request;
    QString m_modelId;
    std::vector<Channel> m_channels;
    QCryptographicHash m_digest{QCryptographicHash::Sha256};
    QByteArray m_partOfBlock; ///< bytes of an incomplete block of interleaved samples
    qint64 m_audioBytes = 0;
    Clock::TimePoint m_heardAt;
    std::unique_ptr<Timer> m_idle; ///< looks at m_heardAt; not started anew for every message, there are fifty a second
};

} // namespace engine::practice
