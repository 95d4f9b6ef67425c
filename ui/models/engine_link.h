#pragma once

#include "engine/engine.h"
#include "ui/format/readiness_text.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <functional>

namespace ui::models {

class DoNotCallLink;
class HistoryLink;

/// What the window shows of the engine besides its calls; a copy, made on the engine's thread.
struct DeskFacts
{
    bool started = false; ///< the engine is there
    bool practice = false;
    engine::config::Environment environment = engine::config::Environment::Local;
    QString fromNumber;
    QString homeRegion;  ///< country of fromNumber; numbers without a country code are read as of there
    QString agentName;   ///< "agent.organization" of Pipecat Cloud; "" unless both are set
    QString modelVendor; ///< "Gemini", or the name of an OpenAI-compatible model
    QString envFile;
    int maxCalls = 0;
    std::chrono::seconds timeLimit{0};        ///< of a conversation our agent holds
    std::chrono::seconds carrierTimeLimit{0}; ///< of any call
    engine::Readiness readiness;
    bool addressConfigured =
        false; ///< the public address comes from the settings (or the practice line), no tunnel is looked for
    QUrl publicAddress;
    QString listeningOn;          ///< "http://127.0.0.1:7860"; "" until it listens
    QString trouble;              ///< why nothing works at all: no port to listen on; "" normally
    bool settingsWaiting = false; ///< saved settings take effect when the live calls are over
    QString settingsTrouble;      ///< why saved settings could not be used, and those before them are; "" normally

    /// Everything known to stand between here and a call, each a sentence.
    [[nodiscard]] QStringList obstacles() const;
    [[nodiscard]] format::Light light() const;
    /// Everything was checked, and nothing stands in the way.
    [[nodiscard]] bool readyToDial() const;
    /// What was last found about the public address; nothing before that.
    [[nodiscard]] std::optional<engine::checks::Check> addressCheck() const;
    bool operator==(const DeskFacts &) const = default;
};

/// The window's side of the engine: commands go to its thread queued, what it says comes back queued.
///
/// Lives on the window's thread. Until attach() nothing happens.
class EngineLink : public QObject
{
    Q_OBJECT
public:
    explicit EngineLink(QObject *parent = nullptr);

    /// @param engine  on any thread; may go before this, commands then do nothing
    void attach(engine::Engine *engine);
    /// The engine could not be started or cannot listen.
    void reportTrouble(const engine::Error &error);
    /// Lets go of the engine, which is about to be replaced; attach() brings the next.
    /// @return false when it is shutting down and has to stay until it has stopped
    [[nodiscard]] bool detach();
    /// Settings were saved and wait for the live calls to end.
    void reportSettingsWaiting();
    /// Whether the settings last saved are in use now.
    void reportSettingsTaken(const engine::Result<engine::Done> &taken);
    /// A call was asked for from outside the window.
    void reportDialed(const engine::Result<engine::CallSid> &sid);

    const DeskFacts &facts() const { return m_facts; }

    void dial(const engine::DialRequest &request);
    void hangUp(const engine::CallSid &sid);
    void setEnvironment(engine::config::Environment environment);
    void lookForPublicAddress();
    /// Asks one thing calls need, or all of them, again at once.
    void checkAgain(std::optional<engine::checks::CheckId> id = std::nullopt);
    /// levelsMeasured() comes while they are wanted, also from an engine attached later.
    void watchLevels(bool wanted);
    void shutDown();

    /// Answered by keyChecked(). @param setting  which holds the key, e.g. DEEPGRAM_API_KEY
    void checkKey(const engine::Trial &trial, const QString &setting);
    /// Answered by voicesListed().
    void listVoices(const engine::Trial &trial);
    /// Answered by sampleSpoken().
    void speakSample(const engine::Trial &trial, const QString &text);

    /// Runs on the engine's thread, later. @return false when there is no engine: then it never runs
    bool post(std::function<void(engine::Engine &)> command);
    /// The calls of this and earlier runs.
    HistoryLink &history() { return *m_history; }
    /// The numbers that must not be called.
    DoNotCallLink &doNotCall() { return *m_doNotCall; }

signals:
    /// There is an engine, the first or another one.
    void attached();
    /// The engine is about to be replaced; what it was asked and did not answer stays unanswered.
    void detached();
    void factsChanged();
    void event(const engine::records::Event &event);
    void levelsMeasured(const engine::records::CallLevels &levels);
    /// The answer to a dial().
    void dialed(const engine::Result<engine::CallSid> &sid);
    void stopped();
    void keyChecked(const QString &setting, const engine::Result<engine::net::CheckNote> &found);
    void voicesListed(const engine::Result<QList<engine::speech::Voice>> &voices);
    void sampleSpoken(const engine::Result<engine::speech::SpeechSample> &sample);

private:
    void takeFacts(const DeskFacts &facts);
    [[nodiscard]] tl::unexpected<engine::Error> notStarted() const;

    QPointer<engine::Engine> m_engine;
    HistoryLink *m_history = nullptr;     // a child of this, as the next
    DoNotCallLink *m_doNotCall = nullptr;
    DeskFacts m_facts;
    bool m_shuttingDown = false;
    QTimer m_addressTimer;
    bool m_levelsWanted = false;
};

} // namespace ui::models
