#include "ui/format/readiness_text.h"

#include "ui/format/time_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui::format {

using engine::checks::Check;
using engine::checks::CheckId;
using engine::checks::CheckState;
using engine::checks::Fix;

namespace {

struct ReadinessText
{
    Q_DECLARE_TR_FUNCTIONS(ReadinessText)
};

auto countOf(const QList<Check> &checks, CheckState state)
{
    return std::count_if(checks.begin(), checks.end(), [state](const Check &check) { return check.state == state; });
}

} // namespace

QString checkTitle(CheckId id)
{
    switch (id) {
    case CheckId::PublicAddress:
        return ReadinessText::tr("Public address");
    case CheckId::Account:
        return ReadinessText::tr("Twilio account");
    case CheckId::Numbers:
        return ReadinessText::tr("Number to call from");
    case CheckId::Transcriber:
        return ReadinessText::tr("Transcriber");
    case CheckId::Model:
        return ReadinessText::tr("Model");
    case CheckId::Voice:
        return ReadinessText::tr("Voice");
    case CheckId::CloudAgent:
        return ReadinessText::tr("Agent at Pipecat Cloud");
    case CheckId::DataFolder:
        return ReadinessText::tr("Data folder");
    }
    Q_UNREACHABLE();
}

QString checkStateWord(CheckState state)
{
    switch (state) {
    case CheckState::Unknown:
        return ReadinessText::tr("not checked yet");
    case CheckState::Checking:
        return ReadinessText::tr("checking");
    case CheckState::Good:
        return ReadinessText::tr("in order");
    case CheckState::Warning:
        return ReadinessText::tr("warning");
    case CheckState::Bad:
        return ReadinessText::tr("to be fixed");
    }
    Q_UNREACHABLE();
}

QString fixWord(const Fix &fix)
{
    switch (fix.kind) {
    case Fix::Kind::OpenSetting:
        return ReadinessText::tr("Open setting");
    case Fix::Kind::CopyCommand:
        return ReadinessText::tr("Copy command");
    case Fix::Kind::Retry:
        break;
    }
    return ReadinessText::tr("Check again");
}

QString fixSentence(const Fix &fix)
{
    switch (fix.kind) {
    case Fix::Kind::OpenSetting:
        return ReadinessText::tr("Open the setting %1").arg(fix.value);
    case Fix::Kind::CopyCommand:
        return ReadinessText::tr("Copy “%1”, to be run in a terminal").arg(fix.value);
    case Fix::Kind::Retry:
        break;
    }
    return ReadinessText::tr("Check this again now");
}

QString checkedText(const Check &check)
{
    if (!check.checkedAt.isValid())
        return {};
    return ReadinessText::tr("checked at %1, in %2")
        .arg(clockTime(check.checkedAt), inSeconds(static_cast<double>(check.took.count())));
}

Light lightOf(const QList<Check> &checks)
{
    // What is known to be wrong is said while the rest is still being asked.
    if (const auto bad = countOf(checks, CheckState::Bad); bad > 0)
        return {bad == 1 ? ReadinessText::tr("1 thing to fix") : ReadinessText::tr("%1 things to fix").arg(bad),
                Light::Tone::Bad};
    if (checks.isEmpty() || engine::checks::anyPending(checks))
        return {ReadinessText::tr("Checking …"), Light::Tone::Quiet};
    if (countOf(checks, CheckState::Warning) > 0)
        return {ReadinessText::tr("Ready, with a warning"), Light::Tone::Warn};
    return {ReadinessText::tr("Ready to dial"), Light::Tone::Live};
}

} // namespace ui::format
