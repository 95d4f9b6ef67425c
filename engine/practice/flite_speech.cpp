#include "engine/practice/flite_speech.h"

#include "engine/audio/mulaw.h"
#include "engine/practice/telephone_band.h"
#include "engine/practice/turn_listener.h"

#include <QCryptographicHash>
#include <QStringList>
#include <QtEndian>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <mutex>

#include <flite/flite.h>

extern "C" {
cst_voice *register_cmu_us_slt(const char *voxdir);
cst_voice *register_cmu_us_rms(const char *voxdir);
}

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxTextLength = 4000; // about four minutes of speech
constexpr double kSampleRateHz = 8000.0;
constexpr double kCalleeNoiseDbfs = -58.0;
constexpr double kAgentNoiseDbfs = -72.0;
constexpr double kAudibleDbfs = kCalleeNoiseDbfs + 10.0; // what a listener on this line can tell from its noise
constexpr qsizetype kAudibleSlice = 80;                  // 10 ms

/// flite keeps its voices and lexicon in globals of its own and is not re-entrant.
std::mutex &fliteMutex()
{
    static std::mutex mutex;
    return mutex;
}

cst_voice *fliteVoice(Speaker speaker)
{
    static const bool initialised = [] {
        flite_init();
        return true;
    }();
    Q_UNUSED(initialised);
    return speaker == Speaker::Agent ? register_cmu_us_slt(nullptr) : register_cmu_us_rms(nullptr);
}

/// flite reads ASCII only: accents are dropped, typographic marks replaced, anything else becomes nothing.
QByteArray toAscii(const QString &token)
{
    QByteArray ascii;
    for (const QChar c : token.normalized(QString::NormalizationForm_KD)) {
        switch (c.unicode()) {
        case 0x2018:
        case 0x2019:
            ascii += '\'';
            break;
        case 0x201C:
        case 0x201D:
            ascii += '"';
            break;
        case 0x2013:
        case 0x2014:
            ascii += '-';
            break;
        default:
            if (c.unicode() > 0x20 && c.unicode() < 0x7F)
                ascii += static_cast<char>(c.unicode());
        }
    }
    return ascii;
}

/// Sounds that flite would spell letter by letter, as spellings it says in one breath.
QByteArray spokenSpelling(const QByteArray &ascii)
{
    QByteArray letters = ascii.toLower();
    letters.removeIf([](char c) { return !std::isalpha(static_cast<unsigned char>(c)); });
    return letters == "mhm" || letters == "mmhm" || letters == "mmhmm" ? QByteArray("umhum") : ascii;
}

/// The text as flite gets it, and where each written word lies in it.
struct Script
{
    struct Token
    {
        QString word;
        qsizetype end = 0; ///< offset in `ascii` past the token
    };
    QByteArray ascii;
    std::vector<Token> tokens;
};

Script makeScript(const QString &text)
{
    Script script;
    for (const QString &word : text.left(kMaxTextLength).simplified().split(u' ', Qt::SkipEmptyParts)) {
        const QByteArray ascii = spokenSpelling(toAscii(word));
        // A token of marks alone ("-") is not a word, and flite would name it.
        if (std::none_of(ascii.begin(), ascii.end(),
                         [](char c) { return std::isalnum(static_cast<unsigned char>(c)); }))
            continue;
        if (!script.ascii.isEmpty())
            script.ascii += ' ';
        script.ascii += ascii;
        script.tokens.push_back({word, script.ascii.size()});
    }
    return script;
}

/// Times of the words flite spoke, collected under the written words they came from ("2:30" is spoken as two).
std::vector<SpokenWord> wordTimes(cst_utterance *utterance, const Script &script, int sampleCount)
{
    std::vector<SpokenWord> words;
    qsizetype cursor = 0;
    std::size_t current = 0;
    std::size_t wordOwner = 0; // index of the token words.back() came from
    for (cst_item *token = relation_head(utt_relation(utterance, "Token")); token; token = item_next(token)) {
        const QByteArray name(item_name(token));
        const qsizetype at = script.ascii.indexOf(name, cursor);
        if (at < 0)
            continue;
        cursor = at + name.size();
        while (current < script.tokens.size() && script.tokens[current].end <= at)
            ++current;
        if (current == script.tokens.size())
            break;

        for (cst_item *daughter = item_daughter(token); daughter; daughter = item_next(daughter)) {
            cst_item *word = item_as(daughter, "Word");
            if (!word || !item_daughter(item_as(word, "SylStructure")))
                continue; // a mark without sound
            const float start = flite_ffeature_float(word, "R:SylStructure.daughter1.daughter1.R:Segment.p.end");
            const float end = flite_ffeature_float(word, "R:SylStructure.daughtern.daughtern.R:Segment.end");
            const int first = std::clamp(static_cast<int>(std::lround(start * kSampleRateHz)), 0, sampleCount);
            const int last = std::clamp(static_cast<int>(std::lround(end * kSampleRateHz)), first, sampleCount);
            if (last == first)
                continue;
            const QString &written = script.tokens[current].word;
            if (!words.empty() && wordOwner == current)
                words.back().endSample = last;
            else
                words.push_back({written, first, last});
            wordOwner = current;
        }
    }
    return words;
}

/// Where a voice begins and ends to be heard over the noise of the callee's line, to 10 ms.
void findAudiblePart(Utterance &utterance)
{
    for (qsizetype at = 0; at + kAudibleSlice <= utterance.mulaw.size(); at += kAudibleSlice) {
        if (mulawLevelDbfs(utterance.mulaw.mid(at, kAudibleSlice)) < kAudibleDbfs)
            continue;
        if (utterance.endAudible == 0)
            utterance.firstAudible = static_cast<int>(at);
        utterance.endAudible = static_cast<int>(at + kAudibleSlice);
    }
}

std::uint64_t noiseSeed(Speaker speaker, const QString &text)
{
    const QByteArray key = (speaker == Speaker::Agent ? QByteArray("agent:") : QByteArray("callee:")) + text.toUtf8();
    const QByteArray digest = QCryptographicHash::hash(key, QCryptographicHash::Sha256);
    return qFromLittleEndian<quint64>(digest.constData());
}

} // namespace

std::shared_ptr<const Utterance> synthesise(Speaker speaker, const QString &text)
{
    auto utterance = std::make_shared<Utterance>();
    utterance->text = text;
    const Script script = makeScript(text);
    if (script.tokens.empty())
        return utterance;

    std::vector<std::int16_t> samples;
    {
        const std::lock_guard lock(fliteMutex());
        // flite takes the breath in its voices from rand(): the same seed is the same voice.
        std::srand(static_cast<unsigned>(noiseSeed(speaker, text)));
        cst_utterance *spoken = flite_synth_text(script.ascii.constData(), fliteVoice(speaker));
        if (!spoken)
            return utterance;
        if (const cst_wave *wave = utt_wave(spoken); wave && wave->num_samples > 0) {
            samples = toTelephoneBand({wave->samples, static_cast<std::size_t>(wave->num_samples)});
            utterance->words = wordTimes(spoken, script, static_cast<int>(samples.size()));
        }
        delete_utterance(spoken);
    }
    addLineNoise(samples, speaker == Speaker::Agent ? kAgentNoiseDbfs : kCalleeNoiseDbfs, noiseSeed(speaker, text));
    utterance->mulaw = audio::toMulaw(samples);
    // One of mu-law's two zeros only, because whoever decodes and encodes again may not keep them apart.
    utterance->mulaw.replace('\x7F', '\xFF');
    findAudiblePart(*utterance);
    return utterance;
}

} // namespace engine::practice
