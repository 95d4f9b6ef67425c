#include "tests/bench/report.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bench {

namespace {

constexpr int kNameWidth = 52;
constexpr int kNumberWidth = 10;

QString number(double value)
{
    return QString::number(value, 'f', std::abs(value) < 10 ? 2 : 1);
}

} // namespace

std::optional<double> percentile(std::vector<double> samples, double share)
{
    if (samples.empty())
        return std::nullopt;
    std::sort(samples.begin(), samples.end());
    const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(samples.size())));
    return samples[std::clamp<size_t>(rank, 1, samples.size()) - 1];
}

void Report::add(const QString &name, std::optional<double> value, const QString &unit, std::optional<double> goal)
{
    if (value)
        m_figures.push_back({name, *value, unit, goal});
}

void Report::addSpread(const QString &name, const std::vector<double> &samples, const QString &unit,
                       std::optional<double> goalP50, std::optional<double> goalP99)
{
    add(name + u", p50"_s, percentile(samples, 0.50), unit, goalP50);
    add(name + u", p95"_s, percentile(samples, 0.95), unit);
    add(name + u", p99"_s, percentile(samples, 0.99), unit, goalP99);
    add(name + u", max"_s, percentile(samples, 1.0), unit);
    note(name + u", samples"_s, static_cast<qint64>(samples.size()));
}

QJsonObject Report::json() const
{
    QJsonArray figures;
    for (const Figure &figure : m_figures) {
        QJsonObject item{{u"name"_s, figure.name}, {u"value"_s, figure.value}, {u"unit"_s, figure.unit}};
        if (figure.goal) {
            item.insert(u"goal"_s, *figure.goal);
            item.insert(u"met"_s, figure.value < *figure.goal);
        }
        figures.append(item);
    }
    QJsonObject object{{u"figures"_s, figures}, {u"notes"_s, m_notes}};
    if (isVoid())
        object.insert("void_because"_L1, m_voidBecause);
    return object;
}

QString Report::table() const
{
    QString text;
    if (isVoid())
        text += u"VOID: "_s + m_voidBecause + u'\n';
    for (const Figure &figure : m_figures) {
        text += figure.name.leftJustified(kNameWidth) + number(figure.value).rightJustified(kNumberWidth) + u' ' +
                figure.unit.leftJustified(8);
        if (figure.goal)
            text += u"under "_s + number(*figure.goal).leftJustified(8) +
                    (figure.value < *figure.goal ? u"ok"_s : u"MISSED"_s);
        while (text.endsWith(u' '))
            text.chop(1);
        text += u'\n';
    }
    for (auto it = m_notes.begin(); it != m_notes.end(); ++it)
        if (!it.key().endsWith("samples"_L1))
            text += it.key() + u": "_s +
                    (it.value().isObject()
                         ? QString::fromUtf8(QJsonDocument(it.value().toObject()).toJson(QJsonDocument::Compact))
                         : it.value().toVariant().toString()) +
                    u'\n';
    return text;
}

} // namespace bench
