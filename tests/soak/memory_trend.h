#pragma once

#include <vector>

namespace soak {

/// The memory of a process over time, and how it grows: the slope of the straight line nearest to all samples (least squares), which
/// one call more or less at either end does not move much.
class MemoryTrend
{
public:
    void add(double hours, double megabytes) { m_samples.push_back({hours, megabytes}); }

    /// @return 0 for fewer than two samples, or samples of one moment
    double megabytesAnHour() const;
    /// The line's value at the first sample; 0 without samples.
    double firstMegabytes() const;
    /// Standard error of megabytesAnHour(): what samples that jump about leave unknown of it. 0 for fewer than three.
    double uncertainty() const;

private:
    struct Sample
    {
        double hours;
        double megabytes;
    };
    struct Line
    {
        double slope = 0;
        double meanHours = 0;
        double meanMegabytes = 0;
        double spread = 0; ///< sum of the squared distances from meanHours
    };
    Line line() const;

    std::vector<Sample> m_samples;
};

} // namespace soak
