#pragma once

#include "engine/practice/speech_context.h"

#include <QHash>
#include <QSet>
#include <QStringList>

class QWebSocket;

namespace engine::practice {

/// What all sockets of the speech vendor share.
class CartesiaAccount
{
public:
    virtual ~CartesiaAccount() = default;
    /// Takes one of the account's places for an active context; false when none is left.
    virtual bool takePlace() = 0;
    virtual void leavePlace() = 0;
    /// A context ended or was canceled, having been given this text.
    virtual void contextEnded(const QString &contextId, const QString &transcript) = 0;
    /// An input with text arrived. True: this socket sends nothing from now on (scenario 0113).
    virtual bool halfDies(const QString &contextId) = 0;
};

/// One connection of `/tts/websocket`: any number of contexts, each its own stream of speech. Deletes itself after its
/// socket.
class CartesiaSession : public QObject
{
public:
    CartesiaSession(std::unique_ptr<QWebSocket> socket, CartesiaVersion version, CartesiaAccount &account, Clock &clock,
                    Random &random, Voice &voice, const CartesiaSettings &settings, QObject *parent);
    ~CartesiaSession() override;

private:
    void receive(const QString &text);
    void take(const CartesiaInput &input);
    void send(const QJsonObject &message);
    void sendError(const CartesiaError &error, const QString &contextId);
    void end(const QString &contextId);

    std::unique_ptr<QWebSocket> m_socket;
    CartesiaVersion m_version;
    CartesiaAccount &m_account;
    Clock &m_clock;
    Random &m_random;
    Voice &m_voice;
    CartesiaSettings m_settings;
    QHash<QString, SpeechContext *> m_contexts;
    QSet<QString> m_endedContexts;
    QStringList m_endedInOrder;
    std::unique_ptr<Timer> m_idle;
    bool m_halfDead = false;
};

} // namespace engine::practice
