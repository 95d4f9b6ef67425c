#include "app/bootstrap.h"
#include "app/exit_codes.h"
#include "app/unix_signals.h"
#include "engine/base/random.h"
#include "engine/practice/practice_line.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

/// "stt=200,llm=350,tts=150", each part optional, whole milliseconds.
bool readLatency(const QString &text, engine::practice::PracticeOptions *options)
{
    static const QRegularExpression kPart(u"^(stt|llm|tts)=(\\d{1,5})$"_s);
    for (const QString &part : text.split(u',', Qt::SkipEmptyParts)) {
        const auto match = kPart.match(part.trimmed());
        if (!match.hasMatch())
            return false;
        const std::chrono::milliseconds value(match.captured(2).toInt());
        if (match.captured(1) == "stt"_L1)
            options->latency.stt = value;
        else if (match.captured(1) == "llm"_L1)
            options->latency.llm = value;
        else
            options->latency.tts = value;
    }
    return true;
}

/// "20+5" or "20+5,forget": from 20 s after the start on away for 5 s.
bool readOutage(const QString &text, engine::practice::PracticeOptions *options)
{
    static const QRegularExpression kOutage(u"^(\\d{1,4})\\+(\\d{1,4})(,forget)?$"_s);
    const auto match = kOutage.match(text);
    if (match.hasMatch())
        options->outage = {std::chrono::seconds(match.captured(1).toInt()), std::chrono::seconds(match.captured(2).toInt()),
                           match.hasCaptured(3)};
    return match.hasMatch();
}

int complain(const QString &sentence)
{
    std::fputs(qPrintable(u"dialdesk-practice: %1\nTry 'dialdesk-practice --help'.\n"_s.arg(sentence)), stderr);
    return app::kWrongSettings;
}

} // namespace

int main(int argc, char *argv[])
{
    app::useLeanEventLoops();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"dialdesk-practice"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(DIALDESK_VERSION));
    app::installLog();

    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"The practice line as a program of its own: simulated Twilio, Deepgram, Gemini, Cartesia and the people who answer, on one loopback port."_s);
    const QCommandLineOption port(u"port"_s, u"Listen on this port of 127.0.0.1 (0: a free one)."_s, u"n"_s, u"0"_s);
    const QCommandLineOption latency(u"latency"_s, u"How long the simulated vendors take, e.g. stt=200,llm=350,tts=150 (milliseconds)."_s, u"list"_s);
    const QCommandLineOption seed(u"seed"_s, u"The same seed gives the same run."_s, u"n"_s);
    const QCommandLineOption account(u"account"_s, u"Twilio account SID to accept (default: AC and 32 zeros)."_s, u"sid"_s, u"AC"_s + QString(32, u'0'));
    const QCommandLineOption token(u"token"_s, u"Its auth token, which also signs webhooks (default: practice)."_s, u"token"_s, u"practice"_s);
    const QCommandLineOption own(u"number"_s, u"A number of the account, to be used as caller id; may be repeated (default +14155550199)."_s, u"number"_s);
    const QCommandLineOption creates(
        u"creates"_s,
        u"What becomes of the requests that create calls, one after the other and again from the first: ok, lost (the call is created, the "
        "connection breaks before the answer), dropped (it breaks before the call is created), slow=S (created, answered after S seconds), "
        "late=S (created and answered after S seconds), html (created, answered by a proxy's page), busy=S (429 with Retry-After S)."_s,
        u"list"_s);
    const QCommandLineOption away(
        u"away"_s,
        u"Dies A seconds after the start, in the middle of its calls, refuses connections for B seconds and comes back; with \",forget\" it "
        "does not know its calls any more."_s,
        u"A+B"_s);
    parser.addOptions({port, latency, seed, account, token, own, creates, away});
    parser.addHelpOption();
    parser.addVersionOption();
    parser.process(application);

    engine::practice::PracticeOptions options;
    bool ok = false;
    options.port = parser.value(port).toUShort(&ok);
    if (!ok)
        return complain(u"--port takes a number from 0 to 65535."_s);
    if (!readLatency(parser.value(latency), &options))
        return complain(u"--latency takes a list such as stt=200,llm=350,tts=150."_s);
    options.seed = parser.isSet(seed) ? parser.value(seed).toULongLong(&ok) : engine::SystemRandom().next();
    if (!ok)
        return complain(u"--seed takes a whole number."_s);
    options.accountSid = parser.value(account);
    static const QRegularExpression kAccount(u"^AC[0-9a-fA-F]{32}$"_s);
    if (!kAccount.match(options.accountSid).hasMatch())
        return complain(u"--account takes AC and 32 hexadecimal digits."_s);
    options.authToken = engine::Secret(parser.value(token).toUtf8());
    options.ownNumbers = parser.isSet(own) ? parser.values(own) : QStringList{u"+14155550199"_s};

    if (parser.isSet(creates)) {
        const auto faults = engine::practice::parseCreateFaults(parser.value(creates));
        if (!faults)
            return complain(u"--creates takes a list such as ok,lost,dropped,slow=30,late=30,html,busy=1."_s);
        options.createFaults = *faults;
    }
    if (parser.isSet(away) && !readOutage(parser.value(away), &options))
        return complain(u"--away takes seconds such as 20+5, or 20+5,forget."_s);

    engine::practice::PracticeLine line(options);
    const auto listening = line.start();
    if (!listening)
        return complain(listening.error().message);
    std::printf("practice line on http://127.0.0.1:%d\n", *listening);
    std::fflush(stdout);

    app::UnixSignals signalsSeen;
    QObject::connect(&signalsSeen, &app::UnixSignals::asked, &application, &QCoreApplication::quit);
    return QCoreApplication::exec();
}
