#include "engine/telephony/playout_processor.h"

#include "engine/audio/level_meter.h"
#include "engine/audio/mulaw.h"
#include "engine/telephony/media_transport.h"

#include <QLoggingCategory>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace engine::telephony {

using namespace pipeline;

namespace {

Q_LOGGING_CATEGORY(lcPlayout, "dialdesk.telephony")

constexpr int kBytesPerMs = 8;

milliseconds lengthOf(qsizetype bytes)
{
    return milliseconds(bytes / kBytesPerMs);
}

qsizetype bytesOf(milliseconds time)
{
    return static_cast<qsizetype>(time.count()) * kBytesPerMs;
}

} // namespace

PlayoutProcessor::PlayoutProcessor(Clock &clock, const PlayoutSettings &settings, QObject *parent)
    : Processor(u"playout"_s, parent), m_clock(clock), m_settings(settings), m_tailTimer(clock.makeTimer([this] {
          if (m_end)
              m_downstream.push_back(*std::exchange(m_end, std::nullopt));
          settle();
      })),
      m_patienceTimer(clock.makeTimer([this] {
          qCWarning(lcPlayout) << "the end of the call waits no longer for words that do not come";
          accountAll();
          settle();
      })),
      m_markTimer(clock.makeTimer([this] { onMarksOverdue(); })),
      m_unmarkedTimer(clock.makeTimer([this] { markTails(); }))
{
}

void PlayoutProcessor::attach(MediaTransport *transport)
{
    if (m_transport == transport)
        return;
    detach();
    m_transport = transport;
    m_wasAttached = true;
    m_playedUntil = m_clock.now();
    connect(transport, &MediaTransport::markReturned, this, &PlayoutProcessor::onMark);
    connect(transport, &MediaTransport::closed, this, &PlayoutProcessor::detach);
    settle();
}

void PlayoutProcessor::detach()
{
    if (!m_transport && !m_wasAttached)
        return;
    if (m_transport)
        disconnect(m_transport, nullptr, this, nullptr);
    m_transport = nullptr;
    m_wasAttached = false;
    m_marks.clear();
    m_held = false;
    if (m_sending) // the stream ended inside a send; settle() goes on there
        return;
    accountAll();
    settle();
}

void PlayoutProcessor::downstream(const Frame &frame)
{
    const auto handled = std::visit(
        [this]<typename T>(const T &value) -> std::optional<PassOn> {
            if constexpr (requires { handle(value); })
                return handle(value);
            else
                return std::nullopt;
        },
        frame);
    if (handled != PassOn::No)
        pushDownstream(frame);
    if (handled)
        settle();
}

// --- what comes down ----------------------------------------------------------------------------------------------

PlayoutProcessor::PassOn PlayoutProcessor::handle(const Sentence &sentence)
{
    if (isOver(sentence.turn))
        return PassOn::No;
    Voice &voice = voiceOf(sentence.turn);
    voice.spoken.words += sentence.text.simplified().split(u' ', Qt::SkipEmptyParts);
    voice.interruptible = voice.interruptible && sentence.interruptible;
    return PassOn::Yes;
}

PlayoutProcessor::PassOn PlayoutProcessor::handle(const AgentAudio &audio)
{
    if (isOver(audio.turn))
        return PassOn::No;
    Voice &voice = voiceOf(audio.turn);
    qsizetype kept = audio.mulaw.size();
    for (const Voice &other : m_voices)
        kept += other.audio.size();
    if (lengthOf(kept) > m_settings.keptAudio) {
        if (!std::exchange(m_limitReported, true))
            m_upstream.push_back(Incident{
                {Fault::Vendor, u"speech_too_long"_s,
                 u"The speech vendor sent more than %1 minutes of unheard audio; the rest was dropped. Shorten what the agent says."_s
                     .arg(std::chrono::duration_cast<std::chrono::minutes>(m_settings.keptAudio).count())},
                false});
        return PassOn::No;
    }
    voice.audio += audio.mulaw;
    voice.spoken.audio = lengthOf(voice.audio.size());
    return PassOn::Yes;
}

PlayoutProcessor::PassOn PlayoutProcessor::handle(const AgentWords &words)
{
    if (isOver(words.turn))
        return PassOn::No;
    auto &times = voiceOf(words.turn).spoken.times;
    times.insert(times.end(), words.words.begin(), words.words.end());
    return PassOn::Yes;
}

PlayoutProcessor::PassOn PlayoutProcessor::handle(const SpeechDone &done)
{
    if (isOver(done.turn))
        return PassOn::No;
    voiceOf(done.turn).spoken.complete = true;
    return PassOn::Yes;
}

PlayoutProcessor::PassOn PlayoutProcessor::handle(const PlayoutHold &)
{
    if (m_held)
        return PassOn::Yes;
    m_held = true;
    rewind();
    if (!m_voices.empty() && m_voices.front().started)
        report(m_voices.front(), AgentAudible::Kind::Held);
    return PassOn::Yes;
}

PlayoutProcessor::PassOn PlayoutProcessor::handle(const PlayoutResume &)
{
    if (!m_held)
        return PassOn::Yes;
    m_held = false;
    if (m_voices.empty())
        return PassOn::Yes;
    Voice &voice = m_voices.front();
    const int firstUnheard = heardWordCount(voice.spoken, lengthOf(voice.heard));
    const auto start = voice.heard > 0 ? wordStart(voice.spoken, firstUnheard) : milliseconds(0);
    if (start && bytesOf(*start) < voice.audio.size())
        voice.sent = voice.marked = bytesOf(*start);
    if (voice.started)
        report(voice, AgentAudible::Kind::Resumed);
    return PassOn::Yes;
}

PlayoutProcessor::PassOn PlayoutProcessor::handle(const Interrupted &interrupted)
{
    const bool audible = std::any_of(m_voices.begin(), m_voices.end(), [](const Voice &v) { return v.sent > v.heard; });
    if (audible && !m_held)
        rewind();
    m_held = false;
    m_interruptedTurn = std::max(m_interruptedTurn, interrupted.turn);
    m_finished.erase(m_finished.begin(), m_finished.upper_bound(m_interruptedTurn));
    for (Voice &voice : m_voices)
        if (voice.turn <= m_interruptedTurn)
            account(voice, true);
    std::erase_if(m_voices, [this](const Voice &voice) { return voice.turn <= m_interruptedTurn; });
    if (m_end && m_end->reason == u"agent_ended"_s)
        m_end.reset();
    return PassOn::Yes;
}

PlayoutProcessor::PassOn PlayoutProcessor::handle(const EndOfCall &end)
{
    // An end that nobody can talk the agent out of is stronger than one that can be withdrawn.
    if (!m_end || m_end->reason == u"agent_ended"_s)
        m_end = end;
    return PassOn::No;
}

// --- what the carrier says ----------------------------------------------------------------------------------------

void PlayoutProcessor::onMark(const QByteArray &name)
{
    const auto found =
        std::find_if(m_marks.begin(), m_marks.end(), [&name](const Mark &mark) { return mark.name == name; });
    if (found == m_marks.end())
        return; // sent before a clear: it proves nothing
    const std::vector<Mark> proven(m_marks.begin(), found + 1);
    m_marks.erase(m_marks.begin(), found + 1);
    prove(proven);
    if (!m_sending)
        settle();
}

void PlayoutProcessor::onMarksOverdue()
{
    // Without marks the clock has to do: everything sent has been played by now if the call is alive at all.
    qCWarning(lcPlayout) << m_marks.size() << "marks did not return";
    if (!std::exchange(m_overdueReported, true))
        m_upstream.push_back(
            Incident{{Fault::Carrier, u"marks_missing"_s,
                      u"The carrier did not confirm that audio was played; what was heard is estimated by time."_s},
                     false});
    const auto overdue = std::exchange(m_marks, {});
    prove({overdue.begin(), overdue.end()});
    settle();
}

void PlayoutProcessor::prove(const std::vector<Mark> &marks)
{
    qsizetype later = 0;
    for (const Mark &mark : marks)
        if (find(mark.turn))
            later += mark.position - mark.from;
    for (const Mark &mark : marks) {
        Voice *voice = find(mark.turn);
        if (!voice)
            continue;
        const QByteArray sound = voice->audio.mid(mark.from, mark.position - mark.from);
        later -= sound.size();
        emit heard(mark.turn, sound, lengthOf(later));
        voice->heard = std::max(voice->heard, mark.position);
        if (!std::exchange(voice->firstMark, true))
            report(*voice, AgentAudible::Kind::FirstMark);
    }
}

// --- turns --------------------------------------------------------------------------------------------------------

bool PlayoutProcessor::isOver(TurnId turn) const
{
    return turn <= m_interruptedTurn || m_finished.contains(turn);
}

PlayoutProcessor::Voice *PlayoutProcessor::find(TurnId turn)
{
    const auto found =
        std::find_if(m_voices.begin(), m_voices.end(), [turn](const Voice &voice) { return voice.turn == turn; });
    return found == m_voices.end() ? nullptr : &*found;
}

PlayoutProcessor::Voice &PlayoutProcessor::voiceOf(TurnId turn)
{
    if (Voice *known = find(turn))
        return *known;
    m_voices.emplace_back();
    m_voices.back().turn = turn;
    return m_voices.back();
}

// --- sending ------------------------------------------------------------------------------------------------------

/// Brings everything up to date after something has happened: sends, finishes, ends, reports.
void PlayoutProcessor::settle()
{
    const bool attachedBefore = !m_transport.isNull();
    pump();
    if (attachedBefore && !m_transport)
        accountAll();
    finishHeardTurns();
    tellProgress();
    considerEnd();
    armMarkTimer();
    flush();
}

void PlayoutProcessor::pump()
{
    if (m_held || m_sending)
        return;
    m_sending = true;
    for (Voice &voice : m_voices) {
        sendFrom(voice);
        const bool allSent = voice.spoken.complete && voice.sent == voice.audio.size();
        if (!m_transport || !allSent)
            break; // the next turn's audio must not come in between
    }
    m_sending = false;
}

void PlayoutProcessor::sendFrom(Voice &voice)
{
    while (m_transport && voice.sent < voice.audio.size()) {
        if (!std::exchange(voice.started, true))
            report(voice, AgentAudible::Kind::Started);
        const qsizetype untilMark = m_settings.markEveryBytes - (voice.sent - voice.marked);
        const qsizetype size = std::min(voice.audio.size() - voice.sent, untilMark);
        const QByteArray piece = voice.audio.mid(voice.sent, size);
        voice.sent += size;
        m_playedUntil = std::max(m_playedUntil, m_clock.now()) + lengthOf(size);
        m_transport->sendAudio(piece);
        if (voice.sent - voice.marked >= m_settings.markEveryBytes)
            sendMark(voice);
    }
    if (voice.marked == voice.sent)
        return;
    if (voice.spoken.complete)
        sendMark(voice);
    else
        m_unmarkedTimer->start(m_settings.tailMarkAfter);
}

void PlayoutProcessor::markTails()
{
    for (Voice &voice : m_voices)
        if (voice.marked < voice.sent)
            sendMark(voice);
    settle();
}

void PlayoutProcessor::sendMark(Voice &voice)
{
    if (!m_transport)
        return;
    const qsizetype from = std::exchange(voice.marked, voice.sent);
    const QByteArray name = "t" + QByteArray::number(voice.turn) + '-' + QByteArray::number(++m_markCount);
    m_marks.push_back({name, voice.turn, from, voice.sent});
    m_transport->sendMark(name);
}

/// Empties the carrier's buffer. What was not proven heard is as if it had not been sent.
void PlayoutProcessor::rewind()
{
    m_marks.clear();
    for (Voice &voice : m_voices)
        voice.sent = voice.marked = voice.heard;
    m_playedUntil = m_clock.now();
    if (m_transport)
        m_transport->clear();
}

double PlayoutProcessor::levelDbfs(milliseconds window) const
{
    if (!m_transport || m_playedUntil <= m_clock.now())
        return audio::kSilenceDbfs;
    qsizetype unplayed = bytesOf(std::chrono::ceil<milliseconds>(m_playedUntil - m_clock.now()));
    for (auto voice = m_voices.rbegin(); voice != m_voices.rend(); ++voice) {
        if (unplayed >= voice->sent) { // all of it is still to come
            unplayed -= voice->sent;
            continue;
        }
        const qsizetype playing = voice->sent - unplayed;
        const qsizetype from = std::max<qsizetype>(0, playing - bytesOf(window));
        audio::LevelMeter meter;
        meter.addMulaw(audio::mulawCodes(QByteArrayView(voice->audio).sliced(from, playing - from)));
        return meter.take().rmsDbfs;
    }
    return audio::kSilenceDbfs;
}

// --- the account --------------------------------------------------------------------------------------------------

void PlayoutProcessor::finishHeardTurns()
{
    while (!m_held && !m_voices.empty()) {
        Voice &voice = m_voices.front();
        if (!voice.spoken.complete || voice.heard < voice.audio.size())
            return;
        account(voice, false);
        report(voice, AgentAudible::Kind::Finished);
        if (!voice.spoken.words.isEmpty() || !voice.audio.isEmpty())
            m_finished.insert(voice.turn);
        m_voices.pop_front();
    }
}

void PlayoutProcessor::tellProgress()
{
    for (Voice &voice : m_voices) {
        if (voice.heard <= voice.told)
            continue;
        voice.told = voice.heard;
        const int count = heardWordCount(voice.spoken, lengthOf(voice.heard));
        if (count > std::exchange(voice.wordsTold, std::max(count, voice.wordsTold)))
            m_upstream.push_back(AgentProgress{voice.turn, voice.spoken.words.mid(0, count).join(u' ')});
    }
}

void PlayoutProcessor::account(Voice &voice, bool interrupted)
{
    if (voice.spoken.words.isEmpty() && voice.audio.isEmpty())
        return;
    const milliseconds heard = lengthOf(voice.heard);
    const int count = heardWordCount(voice.spoken, heard);
    m_upstream.push_back(AgentHeard{voice.turn, voice.spoken.words.mid(0, count).join(u' '),
                                    voice.spoken.words.mid(count).join(u' '), interrupted, heard});
}

/// Nothing more can be heard of any turn.
void PlayoutProcessor::accountAll()
{
    for (Voice &voice : m_voices) {
        account(voice, false);
        m_finished.insert(voice.turn);
    }
    m_voices.clear();
}

void PlayoutProcessor::considerEnd()
{
    if (!m_end) {
        m_tailTimer->stop();
        m_patienceTimer->stop();
        return;
    }
    if (!m_transport) { // nobody listens
        m_downstream.push_back(*std::exchange(m_end, std::nullopt));
        considerEnd();
        return;
    }
    if (m_voices.empty() && !m_held) {
        m_patienceTimer->stop();
        if (!m_tailTimer->isActive())
            m_tailTimer->start(m_settings.endOfCallTail);
        return;
    }
    m_tailTimer->stop();
    m_patienceTimer->start(m_settings.endOfCallPatience);
}

void PlayoutProcessor::armMarkTimer()
{
    if (m_marks.empty() || !m_transport) {
        m_markTimer->stop();
        return;
    }
    const auto wait = std::chrono::ceil<milliseconds>(m_playedUntil + m_settings.markGrace - m_clock.now());
    m_markTimer->start(std::max(milliseconds(1), wait));
}

void PlayoutProcessor::report(const Voice &voice, AgentAudible::Kind kind)
{
    m_upstream.push_back(AgentAudible{voice.turn, kind, m_clock.now(), voice.interruptible});
}

/// Frames wait until the state is settled: outside a frame's handling, pushing one runs the whole pipeline, which may
/// come back here.
void PlayoutProcessor::flush()
{
    if (m_flushing)
        return;
    m_flushing = true;
    while (!m_upstream.empty() || !m_downstream.empty()) {
        auto &queue = m_upstream.empty() ? m_downstream : m_upstream;
        const Frame frame = std::move(queue.front());
        queue.pop_front();
        if (&queue == &m_upstream)
            pushUpstream(frame);
        else
            pushDownstream(frame);
    }
    m_flushing = false;
}

} // namespace engine::telephony
