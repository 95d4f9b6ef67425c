#include "engine/speech/speaker_processor.h"

#include "engine/speech/mulaw_time.h"
#include "engine/speech/speech_log.h"

#include <algorithm>

namespace engine::speech {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using pipeline::Frame;
using pipeline::TurnId;
using pipeline::WordTime;

namespace {

/// A turn that stalls this often takes the voice down.
constexpr int kMaxStalls = 2;
/// Sound of one segment that waits for the sound before it (four minutes); more is dropped with a warning.
constexpr qsizetype kMaxHeldBytes = 2 * 1024 * 1024;
/// A phrase longer than this (a minute) is no phrase and is not kept.
constexpr qsizetype kMaxPhraseBytes = 480'000;
constexpr int kRenderAttempts = 2;

void shift(std::vector<WordTime> &words, std::chrono::milliseconds by)
{
    for (WordTime &word : words) {
        word.start += by;
        word.end += by;
    }
}

} // namespace

SpeakerProcessor::SpeakerProcessor(std::unique_ptr<TextToSpeech> voice, PhraseBook &book, QString voiceKey,
                                   Clock &clock, SpeakerSettings settings)
    : Processor(u"speaker"_s), m_voice(std::move(voice)), m_book(book), m_voiceKey(std::move(voiceKey)), m_clock(clock),
      m_settings(std::move(settings)), m_watchdog(clock.makeTimer([this] { onWatchdog(); })),
      m_retry(clock.makeTimer([this] { sayAllAgain(); })), m_endOfCallHold(clock.makeTimer([this] {
          qCWarning(lcSpeech) << "the end of the call waited too long for the speech before it";
          m_queue.clear();
          m_turns.clear();
          passEndOfCall();
      }))
{
    connect(m_voice.get(), &TextToSpeech::ready, this, [this] {
        // The wait for the connection is over; the wait for sound begins.
        const auto now = m_clock.now();
        for (Segment &segment : m_queue)
            segment.lastProgress = now;
        if (m_rendering)
            m_rendering->lastProgress = now;
        watch();
        emit ready();
    });
    connect(m_voice.get(), &TextToSpeech::audio, this, &SpeakerProcessor::onAudio);
    connect(m_voice.get(), &TextToSpeech::words, this, &SpeakerProcessor::onWords);
    connect(m_voice.get(), &TextToSpeech::sentencesDelivered, this, &SpeakerProcessor::onSentencesDelivered);
    connect(m_voice.get(), &TextToSpeech::finished, this, &SpeakerProcessor::onFinished);
    connect(m_voice.get(), &TextToSpeech::contextFailed, this, &SpeakerProcessor::onContextFailed);
    connect(m_voice.get(), &TextToSpeech::lost, this, &SpeakerProcessor::onLost);
}

SpeakerProcessor::~SpeakerProcessor() = default;

void SpeakerProcessor::start()
{
    m_running = true;
    m_dead = false;
    m_attempts = 0;
    m_voice->open();
}

void SpeakerProcessor::stop()
{
    m_running = false;
    m_watchdog->stop();
    m_retry->stop();
    m_endOfCallHold->stop();
    m_queue.clear();
    m_turns.clear();
    m_endOfCall.reset();
    m_toRender.clear();
    m_rendering.reset();
    m_voice->close();
}

// --- frames -------------------------------------------------------------------------------------------------------

void SpeakerProcessor::downstream(const Frame &frame)
{
    if (const auto *end = std::get_if<pipeline::EndOfCall>(&frame)) {
        onEndOfCall(*end);
        return;
    }
    if (const auto *sentence = std::get_if<pipeline::Sentence>(&frame)) {
        if (isStale(sentence->turn)) // a late one, of a turn nobody listens to any more
            return;
        pushDownstream(frame);
        onSentence(*sentence);
        return;
    }
    if (const auto *interrupted = std::get_if<pipeline::Interrupted>(&frame))
        onInterrupted(interrupted->turn);
    pushDownstream(frame);
    if (const auto *done = std::get_if<pipeline::ModelDone>(&frame))
        onModelDone(done->turn);
}

void SpeakerProcessor::onSentence(const pipeline::Sentence &sentence)
{
    if (isStale(sentence.turn)) // interrupted by what passing it on caused
        return;
    m_turns.try_emplace(sentence.turn);
    if (auto phrase = m_book.find(m_voiceKey, sentence.text)) {
        finishOpenVoice();
        Segment segment = makeSegment(Segment::Kind::Phrase, sentence.turn);
        segment.phrase = std::move(*phrase);
        m_queue.push_back(std::move(segment));
    } else if (m_rendering && m_rendering->text == sentence.text && find(m_rendering->context) == m_queue.end()) {
        sayWhatIsRendered(sentence.turn);
    } else if (m_running && !m_dead) {
        speak(sentence.turn, sentence.text);
    } else {
        qCInfo(lcSpeech) << "a sentence of turn" << sentence.turn << "cannot be said: there is no voice";
    }
    advance();
}

void SpeakerProcessor::onModelDone(TurnId turn)
{
    if (isStale(turn))
        return;
    m_turns.try_emplace(turn);
    finishOpenVoice();
    m_queue.push_back(makeSegment(Segment::Kind::TurnEnd, turn));
    advance();
}

void SpeakerProcessor::onInterrupted(TurnId turn)
{
    m_overUpTo = std::max(m_overUpTo, turn);
    for (const Segment &segment : m_queue)
        if (segment.turn <= turn && segment.context != 0 && !isRendering(segment.context))
            m_voice->cancel(segment.context);
    std::erase_if(m_queue, [turn](const Segment &segment) { return segment.turn <= turn; });
    std::erase_if(m_turns, [turn](const auto &entry) { return entry.first <= turn; });
    // The goodbye was talked into: the conversation goes on (as in the playout, which has not seen this end yet).
    if (m_endOfCall && m_endOfCall->reason == u"agent_ended"_s) {
        m_endOfCall.reset();
        m_endOfCallHold->stop();
    }
    advance();
}

void SpeakerProcessor::onEndOfCall(const pipeline::EndOfCall &end)
{
    if (m_endOfCall)
        return;
    m_endOfCall = end;
    m_endOfCallHold->start(m_settings.endOfCallHold);
    passEndOfCall();
}

void SpeakerProcessor::passEndOfCall()
{
    if (!m_endOfCall || !m_queue.empty() || !m_turns.empty())
        return;
    m_endOfCallHold->stop();
    pushDownstream(*std::exchange(m_endOfCall, std::nullopt));
}

// --- the queue ----------------------------------------------------------------------------------------------------

SpeakerProcessor::Segment SpeakerProcessor::makeSegment(Segment::Kind kind, TurnId turn)
{
    Segment segment;
    segment.serial = ++m_lastSerial;
    segment.kind = kind;
    segment.turn = turn;
    segment.context = kind == Segment::Kind::Voice ? ++m_lastContext : 0;
    segment.lastProgress = m_clock.now();
    return segment;
}

void SpeakerProcessor::speak(TurnId turn, const QString &text)
{
    const auto now = m_clock.now();
    if (!m_queue.empty()) {
        Segment &last = m_queue.back();
        const bool quiet = last.progress.hasAudio() && now - last.lastProgress >= m_settings.contextQuiet &&
                           !last.progress.hasUnspoken();
        if (last.kind == Segment::Kind::Voice && (last.turn != turn || quiet))
            finishVoice(last);
    }
    const bool goesOn = !m_queue.empty() && m_queue.back().kind == Segment::Kind::Voice &&
                        !m_queue.back().finishAsked && !m_queue.back().over;
    if (!goesOn) {
        m_queue.push_back(makeSegment(Segment::Kind::Voice, turn));
    }

    Segment &segment = m_queue.back();
    if (!segment.progress.hasUnspoken())
        segment.lastProgress = now;
    segment.progress.addSentence(text);
    if (!m_retry->isActive()) // else it is said when the wait is over
        m_voice->speak(segment.context, text);
}

void SpeakerProcessor::finishVoice(Segment &segment)
{
    if (segment.kind != Segment::Kind::Voice || segment.finishAsked)
        return;
    segment.finishAsked = true;
    if (segment.over)
        return;
    if (!m_retry->isActive())
        m_voice->finish(segment.context);
    // The vendor may have ended a quiet context already, and then says nothing about it any more.
    if (!segment.progress.hasUnspoken() && m_clock.now() - segment.lastProgress >= m_settings.contextQuiet) {
        segment.over = true;
        segment.context = 0;
    }
}

void SpeakerProcessor::finishOpenVoice()
{
    if (!m_queue.empty())
        finishVoice(m_queue.back());
}

SpeakerProcessor::Queue::iterator SpeakerProcessor::find(int context)
{
    return std::find_if(m_queue.begin(), m_queue.end(),
                        [context](const Segment &segment) { return context != 0 && segment.context == context; });
}

void SpeakerProcessor::advance()
{
    if (m_advancing) // pushing a frame led back here; the loop below goes on by itself
        return;
    m_advancing = true;
    while (!m_queue.empty()) {
        // Nothing of the queue is referred to across a push: what it leads to may change the queue.
        const Segment::Kind kind = m_queue.front().kind;
        const TurnId turn = m_queue.front().turn;
        if (kind == Segment::Kind::TurnEnd) {
            m_queue.pop_front();
            m_turns.erase(turn);
            pushDownstream(pipeline::SpeechDone{turn});
            continue;
        }
        if (kind == Segment::Kind::Phrase) {
            RenderedSpeech speech = std::move(m_queue.front().phrase);
            m_queue.pop_front();
            Turn &state = m_turns[turn];
            shift(speech.words, mulawTime(state.audioBytes));
            state.audioBytes += speech.mulaw.size();
            if (!speech.words.empty())
                pushDownstream(pipeline::AgentWords{turn, std::move(speech.words)});
            pushDownstream(pipeline::AgentAudio{turn, std::move(speech.mulaw)});
            continue;
        }
        const int serial = m_queue.front().serial;
        const bool over = m_queue.front().over;
        releaseSound();
        if (m_queue.empty() || m_queue.front().serial != serial || !m_queue.front().held.isEmpty())
            continue;
        if (over)
            m_queue.pop_front();
        else if (!m_queue.front().over)
            break;
    }
    m_advancing = false;
    passEndOfCall();
    watch();
}

void SpeakerProcessor::releaseSound()
{
    Segment &segment = m_queue.front();
    const TurnId turn = segment.turn;
    Turn &state = m_turns[turn];
    if (!segment.offset && !segment.held.isEmpty())
        segment.offset = mulawTime(state.audioBytes);
    QByteArray sound = std::exchange(segment.held, {});
    state.audioBytes += sound.size();

    std::vector<WordTime> words =
        segment.over && !segment.cutShort ? segment.progress.takeWords() : segment.progress.takeAudibleWords();
    shift(words, segment.offset.value_or(mulawTime(state.audioBytes)));
    if (!words.empty())
        pushDownstream(pipeline::AgentWords{turn, std::move(words)});
    if (!sound.isEmpty())
        pushDownstream(pipeline::AgentAudio{turn, std::move(sound)});
}

// --- the vendor ---------------------------------------------------------------------------------------------------

void SpeakerProcessor::onAudio(int context, const QByteArray &mulaw)
{
    m_attempts = 0;
    m_everSpoke = true;
    if (isRendering(context))
        keepForTheBook(mulaw);
    const auto segment = find(context);
    if (segment == m_queue.end())
        return;
    if (segment->held.size() + mulaw.size() > kMaxHeldBytes) {
        qCWarning(lcSpeech) << "more speech waits than a turn can hold; the rest of turn" << segment->turn
                            << "is dropped";
        m_voice->cancel(context);
        segment->over = true;
        segment->cutShort = true;
        segment->context = 0;
        advance();
        return;
    }
    segment->lastProgress = m_clock.now();
    segment->progress.addAudio(mulaw.size());
    segment->held += mulaw;
    advance();
}

void SpeakerProcessor::onWords(int context, const std::vector<WordTime> &words)
{
    if (isRendering(context)) {
        m_rendering->speech.words.insert(m_rendering->speech.words.end(), words.begin(), words.end());
        m_rendering->progress.addWords(words);
    }
    const auto segment = find(context);
    if (segment == m_queue.end())
        return;
    segment->progress.addWords(words);
    advance();
}

void SpeakerProcessor::onSentencesDelivered(int context, int count)
{
    if (isRendering(context))
        m_rendering->progress.setDelivered(count);
    const auto segment = find(context);
    if (segment == m_queue.end())
        return;
    segment->progress.setDelivered(count);
    segment->lastProgress = m_clock.now();
    watch();
}

void SpeakerProcessor::onFinished(int context)
{
    if (isRendering(context)) {
        m_book.put(m_voiceKey, m_rendering->text, m_rendering->speech);
        endRendering();
    }
    const auto segment = find(context);
    if (segment == m_queue.end())
        return;
    if (!segment->finishAsked && segment->progress.hasUnspoken()) {
        sayAgain(context); // the vendor ended the context while a sentence was on its way
    } else {
        segment->over = true;
        segment->context = 0;
    }
    advance();
}

void SpeakerProcessor::onContextFailed(int context, const Error &error, bool retry)
{
    if (isRendering(context) && find(context) != m_queue.end())
        endRendering(); // the turn that says the phrase deals with the failure
    if (isRendering(context)) {
        qCWarning(lcSpeech) << "a phrase could not be rendered:" << error.message;
        if (retry && m_rendering->attempts < kRenderAttempts)
            startRendering();
        else if (!retry && !m_everSpoke)
            giveUp(error); // nothing was ever said: it is not the phrase, it is the voice, the model or the account
        else
            endRendering();
        return;
    }
    const auto segment = find(context);
    if (segment == m_queue.end())
        return;
    const TurnId turn = segment->turn;
    if (!segment->progress.hasUnspoken()) { // e.g. our closing input came after the vendor's own end
        segment->over = true;
        segment->context = 0;
        advance();
        return;
    }
    if (!retry) {
        if (!m_everSpoke) {
            giveUp(error);
            return;
        }
        segment->over = true;
        segment->cutShort = true;
        segment->context = 0;
        report(u"tts_refused"_s, error, false);
        advance();
        return;
    }
    // A context that spoke and then failed most likely expired while the model was slow: no stall.
    if (!segment->progress.hasAudio() && !countStall(turn, error))
        return;
    sayAgain(context);
    advance();
}

void SpeakerProcessor::onLost(const Error &error, bool retry)
{
    if (!m_running || m_dead)
        return;
    qCInfo(lcSpeech) << "speech connection lost:" << error.code << error.message;
    if (!retry || m_attempts >= m_settings.retryDelays.size()) {
        giveUp(error);
        return;
    }
    const milliseconds delay = m_settings.retryDelays[m_attempts++];
    if (delay > 0ms) {
        m_retry->start(delay);
        watch();
    } else {
        sayAllAgain();
    }
    if (m_attempts == 1)
        report(u"tts_stalled"_s, error, false);
}

// --- failures -----------------------------------------------------------------------------------------------------

std::optional<Clock::TimePoint> SpeakerProcessor::deadlineOf(const Segment &segment) const
{
    if (segment.kind != Segment::Kind::Voice || segment.over)
        return std::nullopt;
    // All is said and the model has more to come: nothing is owed.
    if (!segment.finishAsked && !segment.progress.hasUnspoken())
        return std::nullopt;
    return segment.lastProgress + (m_voice->isReady() ? m_settings.stallAfter : m_settings.connectPatience);
}

void SpeakerProcessor::watch()
{
    if (!m_running || m_dead || m_retry->isActive()) {
        m_watchdog->stop();
        return;
    }
    std::optional<Clock::TimePoint> next;
    const auto consider = [&next](std::optional<Clock::TimePoint> deadline) {
        if (deadline && (!next || *deadline < *next))
            next = deadline;
    };
    for (const Segment &segment : m_queue)
        consider(deadlineOf(segment));
    if (m_rendering)
        consider(m_rendering->lastProgress + (m_voice->isReady() ? m_settings.stallAfter : m_settings.connectPatience));
    if (!next) {
        m_watchdog->stop();
        return;
    }
    const auto left = std::chrono::ceil<milliseconds>(*next - m_clock.now());
    m_watchdog->start(std::max(left, 0ms));
}

void SpeakerProcessor::onWatchdog()
{
    const auto now = m_clock.now();
    for (Segment &segment : m_queue) {
        const auto deadline = deadlineOf(segment);
        if (!deadline || *deadline > now)
            continue;
        if (!segment.progress.hasUnspoken()) {
            // Everything was said; only the vendor's word that it is over is missing.
            m_voice->cancel(segment.context);
            segment.over = true;
            segment.context = 0;
            continue;
        }
        const Error cause{Fault::Vendor, u"tts_stalled"_s,
                          u"The speech vendor was given text and sent no sound for %1 ms. What was not heard is said over a new connection."_s.arg(
                              std::chrono::duration_cast<milliseconds>(now - segment.lastProgress).count())};
        if (!countStall(segment.turn, cause))
            return;
        m_voice->reconnect();
        sayAllAgain();
        return;
    }
    if (m_rendering) {
        const auto patience = m_voice->isReady() ? m_settings.stallAfter : m_settings.connectPatience;
        if (m_rendering->lastProgress + patience <= now)
            onRenderingStalled();
    }
    advance();
}

/// @return false when the voice was given up
bool SpeakerProcessor::countStall(TurnId turn, const Error &cause)
{
    if (++m_turns[turn].stalls >= kMaxStalls) {
        giveUp(cause);
        return false;
    }
    report(u"tts_stalled"_s, cause, false);
    return true;
}

void SpeakerProcessor::sayAgain(int context)
{
    const auto failed = find(context);
    if (failed == m_queue.end())
        return;
    const QStringList rest = failed->progress.unspoken();
    failed->over = true;
    failed->cutShort = !rest.isEmpty();
    failed->context = 0;
    if (rest.isEmpty())
        return;

    Segment again = makeSegment(Segment::Kind::Voice, failed->turn);
    again.finishAsked = failed->finishAsked;
    for (const QString &text : rest)
        again.progress.addSentence(text);
    for (const QString &text : rest)
        m_voice->speak(again.context, text);
    if (again.finishAsked)
        m_voice->finish(again.context);
    m_queue.insert(std::next(failed), std::move(again));
}

void SpeakerProcessor::sayAllAgain()
{
    m_voice->open();
    std::vector<int> contexts;
    for (const Segment &segment : m_queue)
        if (segment.context != 0)
            contexts.push_back(segment.context);
    for (const int context : contexts)
        sayAgain(context);
    if (m_rendering)
        startRendering();
    advance();
}

void SpeakerProcessor::giveUp(const Error &cause)
{
    m_dead = true;
    m_watchdog->stop();
    m_retry->stop();
    m_voice->close();
    const bool wasRendering = m_rendering || !m_toRender.isEmpty();
    m_rendering.reset();
    m_toRender.clear();

    m_queue.clear();
    const auto turns = std::exchange(m_turns, {});
    if (!turns.empty())
        m_overUpTo = std::max(m_overUpTo, turns.rbegin()->first);
    for (const auto &entry : turns)
        pushDownstream(pipeline::SpeechDone{entry.first});
    report(u"tts_lost"_s, cause, true);
    passEndOfCall();
    if (wasRendering)
        emit prepared();
}

void SpeakerProcessor::report(const QString &code, const Error &cause, bool fatal)
{
    const QString sentence = fatal ? u"The agent has lost its voice. %1"_s.arg(cause.message) : cause.message;
    pushUpstream(pipeline::Incident{{cause.fault, code, sentence}, fatal});
}

// --- the book -----------------------------------------------------------------------------------------------------

void SpeakerProcessor::prepare(const QStringList &phrases)
{
    for (const QString &phrase : phrases)
        if (!phrase.isEmpty() && !m_toRender.contains(phrase))
            m_toRender.append(phrase);
    if (!m_rendering)
        renderNext();
}

void SpeakerProcessor::sayWhatIsRendered(TurnId turn)
{
    finishOpenVoice();
    Segment segment = makeSegment(Segment::Kind::Voice, turn);
    segment.context = m_rendering->context;
    segment.progress = m_rendering->progress;
    segment.held = m_rendering->speech.mulaw;
    segment.finishAsked = true;
    segment.lastProgress = m_rendering->lastProgress;
    m_queue.push_back(std::move(segment));
}

void SpeakerProcessor::renderNext()
{
    if (m_dead)
        m_toRender.clear();
    while (!m_toRender.isEmpty()) {
        const QString text = m_toRender.takeFirst();
        if (m_book.contains(m_voiceKey, text)) // perhaps by another call meanwhile
            continue;
        m_rendering = Rendering{};
        m_rendering->text = text;
        startRendering();
        return;
    }
    emit prepared();
}

void SpeakerProcessor::startRendering()
{
    if (m_rendering->context != 0)
        m_voice->cancel(m_rendering->context);
    ++m_rendering->attempts;
    m_rendering->context = ++m_lastContext;
    m_rendering->speech = {};
    m_rendering->progress = {};
    m_rendering->progress.addSentence(m_rendering->text);
    m_rendering->lastProgress = m_clock.now();
    m_voice->speak(m_rendering->context, m_rendering->text);
    m_voice->finish(m_rendering->context);
    watch();
}

void SpeakerProcessor::keepForTheBook(const QByteArray &mulaw)
{
    m_rendering->speech.mulaw += mulaw;
    m_rendering->progress.addAudio(mulaw.size());
    m_rendering->lastProgress = m_clock.now();
    if (m_rendering->speech.mulaw.size() <= kMaxPhraseBytes)
        return;
    qCWarning(lcSpeech) << "a phrase to render is too long:" << m_rendering->text.left(40);
    if (find(m_rendering->context) == m_queue.end())
        m_voice->cancel(m_rendering->context);
    endRendering();
}

void SpeakerProcessor::endRendering()
{
    m_rendering.reset();
    watch();
    renderNext();
}

void SpeakerProcessor::onRenderingStalled()
{
    qCWarning(lcSpeech) << "rendering a phrase stalled:" << m_rendering->text.left(40);
    if (m_rendering->attempts >= kRenderAttempts) {
        m_voice->cancel(m_rendering->context);
        endRendering();
        return;
    }
    m_voice->reconnect();
    sayAllAgain();
}

} // namespace engine::speech
