#include "ui/models/vendor_health.h"

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace ui::models {

using namespace engine::records;

namespace {

constexpr size_t kAnswersKept = 40;
/// Above these a caller notices: what an answer may take in all (1.2 s) leaves them no more.
constexpr std::array<double, 3> kSlowMs = {600, 1'000, 500};

std::optional<VendorHealth::Part> partOfStep(const QString &step)
{
    if (step == "stt_final"_L1)
        return VendorHealth::Transcriber;
    if (step == "llm_first_token"_L1)
        return VendorHealth::Model;
    if (step == "tts_first_byte"_L1)
        return VendorHealth::Voice;
    return std::nullopt;
}

std::optional<VendorHealth::Part> partOfIncident(const QString &code)
{
    if (code.startsWith("stt_"_L1))
        return VendorHealth::Transcriber;
    if (code.startsWith("model_"_L1))
        return VendorHealth::Model;
    if (code.startsWith("tts_"_L1))
        return VendorHealth::Voice;
    return std::nullopt;
}

double percentile95(const std::deque<double> &values)
{
    std::vector<double> sorted(values.begin(), values.end());
    const auto place = static_cast<std::ptrdiff_t>((sorted.size() * 95 + 99) / 100 - 1);
    std::nth_element(sorted.begin(), sorted.begin() + place, sorted.end());
    return sorted[static_cast<size_t>(place)];
}

} // namespace

VendorHealth::VendorHealth(QObject *parent) : QObject(parent) {}

void VendorHealth::apply(const Event &event)
{
    const Vendors before = m_vendors;
    if (const auto *turn = std::get_if<AgentTurn>(&event)) {
        for (const auto &[step, ms] : turn->latency.stepsMs)
            if (const auto part = partOfStep(step))
                addStep(*part, ms);
    } else if (const auto *incident = std::get_if<IncidentHappened>(&event)) {
        if (const auto part = partOfIncident(incident->error.code)) {
            m_vendors[*part].state = State::Trouble;
            m_vendors[*part].trouble = incident->error.message;
        }
    }
    if (m_vendors != before)
        emit changed();
}

void VendorHealth::addStep(Part part, double ms)
{
    auto &steps = m_steps[part];
    steps.push_back(ms);
    if (steps.size() > kAnswersKept)
        steps.pop_front();
    Vendor &vendor = m_vendors[part];
    vendor.p95Ms = percentile95(steps);
    vendor.state = vendor.p95Ms > kSlowMs[part] ? State::Slow : State::Ok;
    vendor.trouble.clear();
}

} // namespace ui::models
