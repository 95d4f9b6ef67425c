#pragma once

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/checks/check.h"
#include "engine/net/check_job.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <vector>

namespace engine::checks {

/// One check and how it is asked.
struct CheckSpec
{
    CheckId id = CheckId::PublicAddress;
    QString setting; ///< the setting it is mostly about, for its fix
    QString command; ///< what mends it in a terminal, when something does
    /// Asks once. @return never null
    std::function<net::CheckJob *(QObject *parent)> ask;
};

/// How often the checks are asked. Calls play no part in it but by the trouble they meet (CheckBoard::doubt).
struct CheckPace
{
    std::chrono::milliseconds good{std::chrono::minutes(5)}; ///< after an answer without failure
    std::chrono::milliseconds bad{30'000};                   ///< after a failure: it may have been mended elsewhere
    std::chrono::milliseconds doubted{10'000};               ///< so old an answer has to be before trouble casts doubt on it
    double jitter = 0.2;                                     ///< of the first two, so that the checks spread
    std::chrono::milliseconds deadline{15'000};              ///< then the question is given up
};

/// Asks every check at start, again in the background, and at once when told to; remembers what was found.
///
/// The checks know nothing of each other: one that hangs delays no other. A check asked again in the background keeps
/// showing what it showed until the new answer is in, so nothing flickers. Engine thread; clock and random outlive it.
class CheckBoard : public QObject
{
    Q_OBJECT
public:
    CheckBoard(Clock &clock, Random &random, const CheckPace &pace = {}, QObject *parent = nullptr);
    ~CheckBoard() override;

    /// The checks from now on. Those there were keep what is known of them; after start(), new ones are asked at once.
    void setChecks(std::vector<CheckSpec> specs);
    /// Asks all. Before this nothing is asked.
    void start();
    /// Asks again at once, and shows that it does. Asking what is just being asked changes nothing.
    void retry(CheckId id);
    void retryAll();
    /// Asks again at once, without showing it.
    void refresh(CheckId id);
    /// Somebody met trouble with it: as refresh() when it was found in order, unless that was a moment ago.
    void doubt(CheckId id);

    QList<Check> checks() const;

signals:
    /// checks() gives something else.
    void changed();

private:
    struct Entry
    {
        CheckSpec spec;
        Check check;
        std::unique_ptr<Timer> timer; ///< of the deadline while asking, of the next time otherwise
        QPointer<net::CheckJob> job;
        Clock::TimePoint askedAt;
    };
    Entry *find(CheckId id) const;
    std::unique_ptr<Entry> makeEntry(CheckSpec spec);
    void onTimer(Entry &entry);
    void ask(Entry &entry);
    void show(Entry &entry, CheckState state);
    void take(Entry &entry, const Result<net::CheckNote> &found);

    Clock &m_clock;
    Random &m_random;
    CheckPace m_pace;
    std::vector<std::unique_ptr<Entry>> m_entries;
    bool m_started = false;
};

} // namespace engine::checks
