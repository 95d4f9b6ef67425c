#include "engine/practice/voice.h"

#include "engine/base/background_thread.h"
#include "engine/practice/flite_speech.h"
#include "engine/practice/word_prints.h"

#include <QHash>
#include <QPointer>
#include <QThread>

#include <array>
#include <deque>
#include <list>

namespace engine::practice {

namespace {

constexpr qsizetype kCachedUtterances = 512;
constexpr qsizetype kMaxTextsWaiting = 1000; ///< more at once are answered with an utterance without audio

using Done = std::function<void(std::shared_ptr<const Utterance>)>;

struct Waiting
{
    QPointer<QObject> context;
    Done done;
};

} // namespace

class Voice::Private
{
public:
    using Key = std::pair<int, QString>;

    struct Kept
    {
        std::shared_ptr<const Utterance> utterance;
        std::list<Key>::iterator age;
    };

    BackgroundThread thread{QStringLiteral("practice voice")};
    QObject worker; ///< lives on `thread`; what is posted to it runs flite
    QHash<Key, Kept> kept;
    std::list<Key> ages; ///< most recently spoken first
    QHash<Key, QList<Waiting>> waiting;
    std::array<std::deque<Key>, 2> toSpeak; ///< by Speaker
    bool speaking = false;                  ///< the worker has a text
    WordPrints prints;

    std::shared_ptr<const Utterance> recall(const Key &key)
    {
        const auto found = kept.find(key);
        if (found == kept.end())
            return nullptr;
        ages.splice(ages.begin(), ages, found->age);
        return found->utterance;
    }

    void keep(const Key &key, std::shared_ptr<const Utterance> utterance)
    {
        prints.add(utterance);
        ages.push_front(key);
        kept.insert(key, {std::move(utterance), ages.begin()});
        if (kept.size() > kCachedUtterances) {
            const auto oldest = kept.find(ages.back());
            prints.remove(oldest->utterance);
            kept.erase(oldest);
            ages.pop_back();
        }
    }
};

Voice::Voice(QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    d->worker.moveToThread(&d->thread);
    d->thread.start();
    // flite loads voices and lexicon with its first word, which takes longer than a caller waits for one.
    for (const Speaker speaker : {Speaker::Agent, Speaker::Callee})
        QMetaObject::invokeMethod(
            &d->worker, [speaker] { (void)synthesise(speaker, QStringLiteral("ready")); }, Qt::QueuedConnection);
}

Voice::~Voice()
{
    // Texts still waiting to be spoken are dropped; at most the one being spoken is waited for.
    d->thread.requestInterruption();
    d->thread.quit();
    d->thread.wait();
}

WordPrints &Voice::prints() const
{
    return d->prints;
}

void Voice::say(Speaker speaker, const QString &text, QObject *context, Done done)
{
    Q_ASSERT(QThread::currentThread() == thread());
    const Private::Key key(static_cast<int>(speaker), text);
    auto ready = d->recall(key);
    if (!ready && d->waiting.size() >= kMaxTextsWaiting)
        ready = std::make_shared<Utterance>(Utterance{text, {}, {}});
    if (ready) {
        QMetaObject::invokeMethod(
            this,
            [context = QPointer<QObject>(context), done = std::move(done), ready = std::move(ready)] {
                if (context)
                    done(ready);
            },
            Qt::QueuedConnection);
        return;
    }

    QList<Waiting> &waiting = d->waiting[key];
    waiting.append({context, std::move(done)});
    if (waiting.size() > 1)
        return; // already being spoken

    d->toSpeak[static_cast<std::size_t>(speaker)].push_back(key);
    speakNext();
}

void Voice::speakNext()
{
    // A vendor answers within its time or is given up; callees' lines are asked for when their phone begins to ring.
    auto &agent = d->toSpeak[static_cast<std::size_t>(Speaker::Agent)];
    auto &texts = agent.empty() ? d->toSpeak[static_cast<std::size_t>(Speaker::Callee)] : agent;
    if (d->speaking || texts.empty())
        return;
    d->speaking = true;
    const Private::Key key = texts.front();
    texts.pop_front();
    QMetaObject::invokeMethod(
        &d->worker,
        [this, key] {
            if (QThread::currentThread()->isInterruptionRequested())
                return;
            auto utterance = synthesise(static_cast<Speaker>(key.first), key.second);
            // `this` outlives the thread this runs on; what is posted to it after its end is dropped by Qt.
            QMetaObject::invokeMethod(
                this,
                [this, key, utterance = std::move(utterance)] {
                    d->keep(key, utterance);
                    d->speaking = false;
                    speakNext();
                    for (const Waiting &one : d->waiting.take(key))
                        if (one.context)
                            one.done(utterance);
                },
                Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

} // namespace engine::practice
