#pragma once

#include <QObject>
#include <QStringList>

class QSettings;

namespace ui::models {

/// The numbers dialed last, newest first, remembered from one start to the next. Lives on the window's thread.
class RecentNumbers : public QObject
{
    Q_OBJECT
public:
    /// @param settings  outlives this
    explicit RecentNumbers(QSettings &settings, QObject *parent = nullptr);

    const QStringList &numbers() const { return m_numbers; } ///< E.164
    void add(const QString &e164);
    void clear();

signals:
    void changed();

private:
    void keep();

    QSettings &m_settings;
    QStringList m_numbers;
};

} // namespace ui::models
