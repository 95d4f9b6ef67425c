#pragma once

#include "engine/telephony/phone_network.h"

#include <QPointer>
#include <QStringList>

#include <utility>

namespace support {

/// A carrier that does nothing by itself: it writes down what it was asked, and the test gives every answer by hand.
///
/// Answers are given to the oldest open request of their kind; answering one that was not made fails the test.
class FakePhoneNetwork final : public engine::telephony::PhoneNetwork
{
    Q_OBJECT
public:
    using PhoneNetwork::PhoneNetwork;

    /// What it was asked, in order: "place +1415.. from +1415..", "cancel CA1", "complete CA1", "fetch CA1", "transfer
    /// CA1 to +1415..", "list ringing", "list +1415.. from +1415..", "own numbers". take() empties it.
    QStringList asked() const { return m_asked; }
    QStringList take() { return std::exchange(m_asked, {}); }
    QList<engine::telephony::PlaceRequest> placed; ///< every order as it came

    void accept(const QString &sid, engine::telephony::CallStatus status = engine::telephony::CallStatus::Queued);
    void refusePlace(const engine::Error &error);
    void hungUp();
    void refuseHangUp(const engine::Error &error);
    void tell(engine::telephony::CallStatus status, std::optional<int> durationSeconds = {});
    void refuseFetch(const engine::Error &error);
    void listed(const std::vector<engine::telephony::CarrierCall> &calls);
    void refuseList(const engine::Error &error);
    void transferred();
    void refuseTransfer(const engine::Error &error);

    engine::telephony::PlaceCallJob *place(const engine::telephony::PlaceRequest &request, QObject *parent) override;
    engine::telephony::HangUpJob *hangUp(const engine::CallSid &sid, bool answered, QObject *parent) override;
    engine::telephony::FetchCallJob *fetch(const engine::CallSid &sid, QObject *parent) override;
    engine::telephony::ListCallsJob *list(const engine::telephony::CallFilter &filter, QObject *parent) override;
    engine::telephony::OwnNumbersJob *ownNumbers(QObject *parent) override;
    engine::telephony::HangUpJob *transfer(const engine::CallSid &sid, const engine::E164Number &to,
                                           const engine::E164Number &callerId, QObject *parent) override;

private:
    QStringList m_asked;
    QList<QPointer<engine::telephony::PlaceCallJob>> m_placing;
    QList<QPointer<engine::telephony::HangUpJob>> m_ending;
    QList<QPointer<engine::telephony::FetchCallJob>> m_fetching;
    QList<engine::CallSid> m_fetched;
    QList<QPointer<engine::telephony::ListCallsJob>> m_listing;
    QList<QPointer<engine::telephony::HangUpJob>> m_transferring;
};

} // namespace support
