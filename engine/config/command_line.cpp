#include "engine/config/command_line.h"

#include <QCommandLineParser>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

constexpr int kWrongOptions = 2;

QString examples(const QString &program)
{
    return u"\nExamples:\n"
           u"  %1 --server --practice --dial +14155550100 --wait\n"
           u"      A call to the practice line: no account, no network, nothing billed.\n"
           u"  %1 --server\n"
           u"      The server, with the settings of .env; then:\n"
           u"      curl -X POST http://127.0.0.1:7860/dialout -H 'Content-Type: application/json' \\\n"
           u"           -d '{\"to_number\": \"+14155550142\"}'\n"
           u"  %1 --dial +14155550142 --data customer_name=Robin --wait --json\n"
           u"      One call, its events as JSON lines. Exit status: 0 answered and completed, 3 busy, no answer or\n"
           u"      canceled, 4 failed, 2 wrong options or settings.\n"
           u"\nSettings come from the environment, then from .env; env.example lists them all.\n"_s.arg(program);
}

} // namespace

tl::expected<CommandLine, PrintAndLeave> parseCommandLine(const QStringList &arguments, const QString &program, const QString &version)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Dialdesk places outbound phone calls that an AI agent holds, and shows every word."_s);
    const QCommandLineOption server(u"server"_s, u"No window: the engine alone, for servers and scripts."_s);
    const QCommandLineOption envFile(u"env-file"_s, u"Read settings from this file instead of .env here."_s, u"path"_s);
    const QCommandLineOption port(u"port"_s, u"Listen on this port (default 7860; 0 takes a free one)."_s, u"n"_s);
    const QCommandLineOption bind(u"bind"_s, u"Listen on this address (default 127.0.0.1)."_s, u"address"_s);
    const QCommandLineOption practice(u"practice"_s, u"Call simulated people on this computer, whatever keys are set."_s);
    const QCommandLineOption dial(u"dial"_s, u"Place this call once ready."_s, u"number"_s);
    const QCommandLineOption from(u"from"_s, u"Caller id of that call (default TWILIO_FROM_NUMBER)."_s, u"number"_s);
    const QCommandLineOption data(u"data"_s, u"Something the agent should know; may be repeated."_s, u"key=value"_s);
    const QCommandLineOption wait(u"wait"_s, u"With --dial: print the conversation and end with the call."_s);
    const QCommandLineOption json(u"json"_s, u"With --wait: one JSON object a line instead of text."_s);
    const QCommandLineOption dataDir(u"data-dir"_s, u"Keep history and recordings here."_s, u"dir"_s);
    const QCommandLineOption help({u"h"_s, u"help"_s}, u"This text."_s);
    const QCommandLineOption showVersion({u"v"_s, u"version"_s}, u"The version."_s);
    parser.addOptions({server, practice, dial, from, data, wait, json, port, bind, envFile, dataDir, help, showVersion});
    parser.addPositionalArgument(u"number"_s, u"A number or tel: link to put into the window's field; it is not dialed."_s, u"[number]"_s);

    const auto wrong = [&program](const QString &sentence) {
        return tl::unexpected(PrintAndLeave{u"%1: %2\nTry '%1 --help'.\n"_s.arg(program, sentence), kWrongOptions});
    };
    if (!parser.parse(arguments))
        return wrong(parser.errorText());
    if (parser.isSet(help))
        return tl::unexpected(PrintAndLeave{parser.helpText() + examples(program), 0});
    if (parser.isSet(showVersion))
        return tl::unexpected(PrintAndLeave{u"%1 %2\n"_s.arg(program, version), 0});

    CommandLine line;
    line.server = parser.isSet(server);
    line.practice = parser.isSet(practice);
    line.envFile = parser.value(envFile);
    for (const auto &[option, name] : {std::pair(&port, u"PORT"_s), {&bind, u"BIND_ADDRESS"_s}, {&dataDir, u"DIALDESK_DATA_DIR"_s}})
        if (parser.isSet(*option))
            line.settings.insert(name, parser.value(*option));
    line.dial = parser.value(dial).trimmed();
    line.from = parser.value(from).trimmed();
    line.wait = parser.isSet(wait);
    line.json = parser.isSet(json);
    if (parser.isSet(dial) && line.dial.isEmpty())
        return wrong(u"--dial needs a number."_s);
    for (const QString &pair : parser.values(data)) {
        const qsizetype equals = pair.indexOf(u'=');
        if (equals <= 0)
            return wrong(u"--data takes KEY=VALUE, not '%1'."_s.arg(pair));
        line.data.insert(pair.left(equals).trimmed(), pair.mid(equals + 1));
    }
    if (line.dial.isEmpty() && (line.wait || !line.from.isEmpty() || !line.data.isEmpty()))
        return wrong(u"--wait, --from and --data go with --dial."_s);
    if (line.json && !line.wait)
        return wrong(u"--json goes with --wait."_s);
    const QStringList rest = parser.positionalArguments();
    if (rest.size() > 1)
        return wrong(u"one number at most can be given; quote a number that has spaces in it."_s);
    line.number = rest.value(0);
    return line;
}

} // namespace engine::config
