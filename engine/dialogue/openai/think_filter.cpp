#include "engine/dialogue/openai/think_filter.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace engine::dialogue::openai {

namespace {

/// How many characters at the end of `text` may be the beginning of `tag`.
qsizetype partialTag(const QString &text, const QString &tag)
{
    for (qsizetype length = std::min(text.size(), tag.size() - 1); length > 0; --length)
        if (text.endsWith(QStringView(tag).first(length)))
            return length;
    return 0;
}

} // namespace

QString ThinkFilter::push(const QString &delta)
{
    m_held += delta;
    QString spoken;
    for (;;) {
        const QString tag = m_thinking ? u"</think>"_s : u"<think>"_s;
        const qsizetype at = m_held.indexOf(tag);
        const qsizetype certain = at >= 0 ? at : m_held.size() - partialTag(m_held, tag);
        if (!m_thinking)
            spoken += m_held.first(certain);
        if (at < 0) {
            m_held.remove(0, certain);
            return give(spoken);
        }
        m_held.remove(0, at + tag.size());
        m_thinking = !m_thinking;
    }
}

QString ThinkFilter::finish()
{
    const QString rest = std::exchange(m_held, {});
    return m_thinking ? QString() : give(rest);
}

QString ThinkFilter::give(const QString &text)
{
    if (m_gaveWords)
        return text;
    qsizetype start = 0;
    while (start < text.size() && text.at(start).isSpace())
        ++start;
    m_gaveWords = start < text.size();
    return text.sliced(start);
}

} // namespace engine::dialogue::openai
