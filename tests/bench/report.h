#pragma once

#include <QJsonObject>
#include <QString>

#include <optional>
#include <vector>

namespace bench {

/// The value below which `share` (0 to 1) of the samples lie; nullopt without samples.
std::optional<double> percentile(std::vector<double> samples, double share);

/// What was measured, and what of it there is a goal for.
class Report
{
public:
    /// Nothing is noted when there is no value.
    void add(const QString &name, std::optional<double> value, const QString &unit, std::optional<double> goal = {});
    /// "name p50", "name p95", "name p99" and "name max", and how many samples there were.
    void addSpread(const QString &name, const std::vector<double> &samples, const QString &unit,
                   std::optional<double> goalP50 = {}, std::optional<double> goalP99 = {});
    /// Beside the figures: circumstances, counts.
    void note(const QString &name, const QJsonValue &value) { m_notes.insert(name, value); }

    /// The figures say nothing, and why.
    void declareVoid(const QString &why) { m_voidBecause = why; }
    bool isVoid() const { return !m_voidBecause.isEmpty(); }

    QJsonObject json() const;
    /// The figures for a person: name, value, goal and whether it is met.
    QString table() const;

private:
    struct Figure
    {
        QString name;
        double value;
        QString unit;
        std::optional<double> goal;
    };
    std::vector<Figure> m_figures;
    QJsonObject m_notes;
    QString m_voidBecause;
};

} // namespace bench
