#pragma once

#include "engine/base/result.h"

#include <QList>
#include <QObject>
#include <QString>

namespace engine::speech {

/// One voice a speech vendor offers.
struct Voice
{
    QString id; ///< what CARTESIA_VOICE_ID holds
    QString name;
    QString description;
    QString language; ///< the most exact the vendor tells, e.g. "en-GB" or "en"
    QString gender;   ///< "masculine", "feminine", "gender_neutral" or ""
    bool operator==(const Voice &) const = default;
};

/// The voices of an account being fetched. finished() comes once, then the job deletes itself; deleting it earlier
/// cancels.
class VoiceListJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

signals:
    void finished(const engine::Result<QList<engine::speech::Voice>> &voices);
};

} // namespace engine::speech
