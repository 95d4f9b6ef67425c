#include "engine/practice/busy_once.h"

#include <QCryptographicHash>

namespace engine::practice {

namespace {

constexpr qsizetype kMaxRemembered = 1024;

} // namespace

bool BusyOnce::isBusyNow(const AgentConversation &conversation, const QByteArray &contents)
{
    if (!asksForBusyModel(conversation))
        return false;
    const QByteArray digest = QCryptographicHash::hash(contents, QCryptographicHash::Sha256);
    if (m_refused.remove(digest)) // forgotten then: the next call may run word for word like this one
        return false;
    if (m_refused.size() >= kMaxRemembered)
        m_refused.erase(m_refused.begin());
    m_refused.insert(digest);
    return true;
}

} // namespace engine::practice
