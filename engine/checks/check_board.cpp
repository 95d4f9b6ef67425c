#include "engine/checks/check_board.h"

#include "engine/checks/check_fix.h"

#include <QLoggingCategory>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::checks {

Q_LOGGING_CATEGORY(lcChecks, "dialdesk.checks")

namespace {

Error noAnswer(CheckId id, std::chrono::milliseconds deadline)
{
    const bool carrier = id == CheckId::Account || id == CheckId::Numbers;
    return {carrier ? Fault::Carrier : Fault::Vendor, u"check_timeout"_s,
            u"No answer came within %1 s. Check this computer's network."_s.arg(
                std::chrono::duration_cast<std::chrono::seconds>(deadline).count())};
}

} // namespace

CheckBoard::CheckBoard(Clock &clock, Random &random, const CheckPace &pace, QObject *parent)
    : QObject(parent), m_clock(clock), m_random(random), m_pace(pace)
{
}

CheckBoard::~CheckBoard() = default;

void CheckBoard::setChecks(std::vector<CheckSpec> specs)
{
    std::vector<std::unique_ptr<Entry>> entries;
    for (CheckSpec &spec : specs) {
        const auto known = std::find_if(m_entries.begin(), m_entries.end(),
                                        [&spec](const auto &entry) { return entry && entry->spec.id == spec.id; });
        if (known == m_entries.end()) {
            entries.push_back(makeEntry(std::move(spec)));
        } else {
            (*known)->spec = std::move(spec);
            entries.push_back(std::move(*known));
        }
    }
    m_entries.swap(entries);
    for (const auto &gone : entries)
        if (gone)
            delete gone->job;
    if (m_started)
        for (const auto &entry : m_entries)
            if (entry->check.state == CheckState::Unknown)
                ask(*entry);
    emit changed();
}

void CheckBoard::start()
{
    m_started = true;
    for (const auto &entry : m_entries)
        ask(*entry);
    emit changed();
}

void CheckBoard::retry(CheckId id)
{
    Entry *entry = find(id);
    if (!entry || !m_started)
        return;
    show(*entry, CheckState::Checking);
    ask(*entry);
    emit changed();
}

void CheckBoard::retryAll()
{
    for (const auto &entry : m_entries) {
        show(*entry, CheckState::Checking);
        ask(*entry);
    }
    emit changed();
}

void CheckBoard::refresh(CheckId id)
{
    if (Entry *entry = find(id); entry && m_started)
        ask(*entry);
}

void CheckBoard::doubt(CheckId id)
{
    const Entry *entry = find(id);
    const bool thoughtFine = entry && (entry->check.state == CheckState::Good || entry->check.state == CheckState::Warning);
    if (thoughtFine && m_clock.now() - entry->askedAt >= m_pace.doubted)
        refresh(id);
}

QList<Check> CheckBoard::checks() const
{
    QList<Check> list;
    for (const auto &entry : m_entries)
        list.append(entry->check);
    return list;
}

CheckBoard::Entry *CheckBoard::find(CheckId id) const
{
    for (const auto &entry : m_entries)
        if (entry->spec.id == id)
            return entry.get();
    return nullptr;
}

std::unique_ptr<CheckBoard::Entry> CheckBoard::makeEntry(CheckSpec spec)
{
    auto entry = std::make_unique<Entry>();
    entry->spec = std::move(spec);
    entry->check.id = entry->spec.id;
    entry->timer = m_clock.makeTimer([this, entry = entry.get()] { onTimer(*entry); });
    return entry;
}

void CheckBoard::onTimer(Entry &entry)
{
    if (!entry.job) {
        ask(entry);
        return;
    }
    delete entry.job;
    take(entry, tl::unexpected(noAnswer(entry.spec.id, m_pace.deadline)));
}

void CheckBoard::ask(Entry &entry)
{
    if (entry.job)
        return;
    if (entry.check.state == CheckState::Unknown)
        show(entry, CheckState::Checking);
    entry.askedAt = m_clock.now();
    entry.job = entry.spec.ask(this);
    entry.timer->start(m_pace.deadline);
    connect(entry.job, &net::CheckJob::finished, this, [this, &entry](const Result<net::CheckNote> &found) {
        entry.job = nullptr;
        take(entry, found);
    });
}

void CheckBoard::show(Entry &entry, CheckState state)
{
    if (entry.check.state == state)
        return;
    entry.check.state = state;
    entry.check.since = m_clock.wallTime();
}

void CheckBoard::take(Entry &entry, const Result<net::CheckNote> &found)
{
    Check &check = entry.check;
    const CheckState state = !found ? CheckState::Bad : found->warning ? CheckState::Warning : CheckState::Good;
    const QString sentence = found ? found->sentence : found.error().message;
    if (state == CheckState::Bad && sentence != check.sentence)
        qCWarning(lcChecks).noquote() << toWord(check.id) << "check failed:" << sentence;
    show(entry, state);
    check.sentence = sentence;
    check.fault = found ? std::nullopt : std::optional(found.error().fault);
    check.fix = found ? Fix{} : fixFor(found.error(), entry.spec.setting, entry.spec.command);
    if (found && !found->setting.isEmpty())
        check.fix = {Fix::Kind::OpenSetting, found->setting};
    check.checkedAt = m_clock.wallTime();
    check.took = std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - entry.askedAt);

    const auto pace = static_cast<double>((found ? m_pace.good : m_pace.bad).count());
    entry.timer->start(std::chrono::milliseconds(
        static_cast<qint64>(pace * m_random.between(1.0 - m_pace.jitter, 1.0 + m_pace.jitter))));
    emit changed();
}

} // namespace engine::checks
