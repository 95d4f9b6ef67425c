#include "tests/soak/memory_trend.h"

#include <cmath>

namespace soak {

MemoryTrend::Line MemoryTrend::line() const
{
    Line line;
    if (m_samples.empty())
        return line;
    const auto count = static_cast<double>(m_samples.size());
    for (const Sample &sample : m_samples) {
        line.meanHours += sample.hours / count;
        line.meanMegabytes += sample.megabytes / count;
    }
    double together = 0;
    for (const Sample &sample : m_samples) {
        const double distance = sample.hours - line.meanHours;
        line.spread += distance * distance;
        together += distance * (sample.megabytes - line.meanMegabytes);
    }
    line.slope = line.spread > 0 ? together / line.spread : 0;
    return line;
}

double MemoryTrend::megabytesAnHour() const
{
    return line().slope;
}

double MemoryTrend::firstMegabytes() const
{
    if (m_samples.empty())
        return 0;
    const Line found = line();
    return found.meanMegabytes + found.slope * (m_samples.front().hours - found.meanHours);
}

double MemoryTrend::uncertainty() const
{
    const Line found = line();
    if (m_samples.size() < 3 || found.spread <= 0)
        return 0;
    double missed = 0;
    for (const Sample &sample : m_samples) {
        const double expected = found.meanMegabytes + found.slope * (sample.hours - found.meanHours);
        missed += (sample.megabytes - expected) * (sample.megabytes - expected);
    }
    return std::sqrt(missed / static_cast<double>(m_samples.size() - 2) / found.spread);
}

} // namespace soak
