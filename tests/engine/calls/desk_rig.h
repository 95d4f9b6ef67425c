#pragma once

#include "engine/calls/call_desk.h"
#include "tests/engine/calls/call_rig.h"
#include "tests/support/fake_dial_journal.h"

#include <QCoreApplication>

/// A desk over a scripted carrier.
struct DeskRig
{
    explicit DeskRig(const engine::config::LimitsConfig &limits = {5, 100.0},
                     const engine::calls::CallSettings &settings = {})
    {
        config.greeting = "Hello.";
        desk = std::make_unique<engine::calls::CallDesk>(
            config, limits, settings, network, journal,
            engine::calls::AgentParts{factory, phrases, CallRig::weights(), clock}, random);
        QObject::connect(desk.get(), &engine::calls::CallDesk::event, desk.get(),
                         [this](const engine::records::Event &event) { log.add(event); });
        QObject::connect(desk.get(), &engine::calls::CallDesk::idle, desk.get(), [this] { ++idle; });
        QObject::connect(desk.get(), &engine::calls::CallDesk::placed, desk.get(),
                         [this](const engine::CallSid &sid, const QMap<QString, QString> &data) {
                             placed.append({sid, data});
                         });
    }
    ~DeskRig()
    {
        desk.reset();
        settle();
    }
    /// Answers that are given later are given.
    static void settle()
    {
        QCoreApplication::processEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    static engine::calls::CallOrder order(engine::config::Environment environment = engine::config::Environment::Local)
    {
        engine::calls::CallOrder order;
        order.to = *engine::E164Number::parse("+14155550100");
        order.from = *engine::E164Number::parse("+14155550199");
        order.environment = environment;
        order.customData = {{"customer_name", "Robin"}};
        order.instructionsUrl = QUrl("https://desk.example/twiml");
        order.statusUrl = QUrl("https://desk.example/status");
        return order;
    }
    engine::calls::PlaceJob *place(engine::config::Environment environment = engine::config::Environment::Local)
    {
        auto *job = desk->place(order(environment), &owner);
        QObject::connect(job, &engine::calls::PlaceJob::finished, &owner,
                         [this, job](const engine::Result<engine::CallSid> &sid) {
                             answers.append(sid ? sid->value() : sid.error().code);
                             retryAfter = job->retryAfter;
                         });
        QCoreApplication::processEvents(); // the journal has it, and the carrier is asked
        return job;
    }
    /// The carrier answers the oldest order.
    void accept(const QString &sid, engine::telephony::CallStatus status = engine::telephony::CallStatus::Queued)
    {
        network.accept(sid, status);
        QCoreApplication::processEvents(); // written down
    }
    void refuse(const engine::Error &error)
    {
        network.refusePlace(error);
        QCoreApplication::processEvents();
    }
    void progress(const QString &sid, engine::telephony::CallStatus status)
    {
        engine::telephony::CallProgress report;
        report.sid = engine::CallSid(sid);
        report.status = status;
        desk->onProgress(report);
    }

    engine::config::AgentConfig config;
    support::FakeClock clock;
    engine::SeededRandom random{3};
    support::FakePhoneNetwork network;
    support::FakeDialJournal journal;
    support::ScriptedAgentFactory factory{clock};
    engine::speech::PhraseBook phrases;
    support::EventLog log;
    QList<std::pair<engine::CallSid, QMap<QString, QString>>> placed;
    QStringList answers;
    std::chrono::seconds retryAfter{0};
    int idle = 0;
    QObject owner;
    std::unique_ptr<engine::calls::CallDesk> desk;
};
