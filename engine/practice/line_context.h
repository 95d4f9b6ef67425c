#pragma once

#include "engine/base/clock.h"
#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/practice/create_faults.h"
#include "engine/practice/voice.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>

namespace engine::net {
class WebSocketFactory;
}

namespace engine::practice {

class LineFigures;
class MediaBeats;
class ScenarioBoard;

/// When things happen on the simulated line. Observed at the carrier where it was observed, shortened where waiting
/// teaches nothing.
struct LineTiming
{
    std::chrono::milliseconds slotToInitiated{200};
    std::chrono::milliseconds initiatedToRinging{250};
    std::chrono::milliseconds initiatedToFailed{300};
    std::chrono::milliseconds ringingToBusy{800};
    std::chrono::milliseconds ringingToAnswer{550};         ///< of a callee whose script names no ring time
    std::chrono::milliseconds longestUnansweredRing{6'000}; ///< instead of a longer `Timeout`: nobody practises waiting
    std::chrono::milliseconds machineDetection{4'000};
    std::chrono::milliseconds answerToTwiml{75};
    std::chrono::milliseconds twimlToUpgrade{33};
    std::chrono::milliseconds upgradeToStart{4};
    std::chrono::milliseconds hangUpRequestToStop{55};
    std::chrono::milliseconds stopToClose{10};
    std::chrono::milliseconds endToCallback{200};
    std::chrono::milliseconds endToPrice{5'000};
    std::chrono::milliseconds cloudConversation{
        6'000}; ///< of a call whose stream leaves this machine and is therefore not connected
    std::chrono::milliseconds errorAnnouncement{2'000};
    std::chrono::milliseconds callbackJitter{
        0}; ///< each status callback is held back up to this long, so that neighbours overtake
};

struct NetworkSettings
{
    QString accountSid;
    Secret authToken;
    QStringList ownNumbers;       ///< E.164; empty: every possible number counts as the customer's own
    double callsPerSecond = 30.0; ///< beyond it creates stay queued longer
    bool plainWebSocket = true;   ///< also connects to ws:// on this machine; the carrier only knows wss://
    std::vector<CreateFault> createFaults; ///< of the requests that create calls, in turn and again from the first
    LineTiming timing;
};

/// Has a text spoken; `done` runs later on the practice thread unless `context` has died.
using Synthesis = std::function<void(Speaker speaker, const QString &text, QObject *context,
                                     std::function<void(std::shared_ptr<const Utterance>)> done)>;

/// What every part of the simulated line shares. Everything in it outlives the calls.
struct LineContext
{
    const NetworkSettings &settings;
    Clock &clock;
    Random &random;
    net::WebSocketFactory &sockets;
    MediaBeats &beats;
    ScenarioBoard &board;
    LineFigures &figures;
    Synthesis synthesis;
};

} // namespace engine::practice
