#include "ui/models/do_not_call_link.h"

namespace ui::models {

using namespace engine::records;
using engine::Engine;
using Keep = DoNotCallList::Keep;

DoNotCallLink::DoNotCallLink(EngineLink &link) : EngineQuestions(link)
{
    connect(&link, &EngineLink::attached, this, &DoNotCallLink::watch);
    watch();
}

void DoNotCallLink::watch()
{
    link().post([this](Engine &engine) {
        connect(&engine.doNotCall(), &DoNotCallList::changed, this, &DoNotCallLink::changed, Qt::QueuedConnection);
    });
    emit changed();
}

void DoNotCallLink::list(QObject *asker, Then<QList<DoNotCallEntry>> then)
{
    ask<QList<DoNotCallEntry>>(asker, std::move(then),
                               [](Engine &engine, const auto &answer) { answer(engine.doNotCall().entries()); });
}

void DoNotCallLink::add(const engine::E164Number &number, const QString &reason, QObject *asker, Then<engine::Done> then)
{
    const DoNotCallEntry entry{number, QDate::currentDate(), reason.simplified()};
    ask<engine::Done>(asker, std::move(then), [entry](Engine &engine, const auto &answer) {
        connect(engine.doNotCall().add({entry}, Keep::OnDisk, &engine), &DoNotCallJob::finished, &engine, answer);
    });
}

void DoNotCallLink::remove(const engine::E164Number &number, QObject *asker, Then<engine::Done> then)
{
    ask<engine::Done>(asker, std::move(then), [number](Engine &engine, const auto &answer) {
        connect(engine.doNotCall().remove(number, &engine), &DoNotCallJob::finished, &engine, answer);
    });
}

void DoNotCallLink::import(const QByteArray &text, QObject *asker, Then<DoNotCallImport> then)
{
    const QString region = link().facts().homeRegion;
    const QDate today = QDate::currentDate();
    ask<DoNotCallImport>(asker, std::move(then), [text, region, today](Engine &engine, const auto &answer) {
        const DoNotCallImport import = engine.doNotCall().readImport(text, region, today);
        connect(engine.doNotCall().add(import.entries, Keep::OnDisk, &engine), &DoNotCallJob::finished, &engine,
                [answer, import](const engine::Result<engine::Done> &done) {
                    answer(done.map([&import](engine::Done) { return import; }));
                });
    });
}

} // namespace ui::models
