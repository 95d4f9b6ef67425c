#include "ui/models/recent_numbers.h"

#include <QSettings>

namespace ui::models {

namespace {

constexpr int kKept = 10;
constexpr QLatin1StringView kKey("dial/recentNumbers");

} // namespace

RecentNumbers::RecentNumbers(QSettings &settings, QObject *parent)
    : QObject(parent), m_settings(settings), m_numbers(settings.value(kKey).toStringList().mid(0, kKept))
{
}

void RecentNumbers::add(const QString &e164)
{
    m_numbers.removeAll(e164);
    m_numbers.prepend(e164);
    m_numbers = m_numbers.mid(0, kKept);
    keep();
}

void RecentNumbers::clear()
{
    m_numbers.clear();
    keep();
}

void RecentNumbers::keep()
{
    m_settings.setValue(kKey, m_numbers);
    emit changed();
}

} // namespace ui::models
