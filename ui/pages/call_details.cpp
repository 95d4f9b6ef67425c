#include "ui/pages/call_details.h"

#include "ui/format/time_text.h"
#include "ui/format/timeline.h"
#include "ui/theme.h"

#include <QLocale>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace ui::pages {

namespace {

QString heading(const QString &text)
{
    return u"<p class='heading'>%1</p>"_s.arg(text.toHtmlEscaped());
}

/// "+0.42 s"
QString after(double ms)
{
    return u'+' + format::inSeconds(ms);
}

/// One element a line, as a person would write it: the document comes in one line.
QString indented(const QString &xml)
{
    QString out;
    int depth = 0;
    for (QString piece : QString(xml).replace("><"_L1, ">\n<"_L1).split(u'\n')) {
        if (piece.startsWith("</"_L1))
            --depth;
        out += QString(std::max(0, depth) * 2, u' ') + piece + u'\n';
        const bool opens = piece.startsWith(u'<') && !piece.startsWith("</"_L1) && !piece.startsWith("<?"_L1) &&
                           !piece.endsWith("/>"_L1) && !piece.contains("</"_L1);
        if (opens)
            ++depth;
    }
    return out.trimmed();
}

} // namespace

CallDetails::CallDetails(const Theme &theme, QWidget *parent) : QTextBrowser(parent), m_theme(theme)
{
    setObjectName(u"callDetails"_s);
    setAccessibleName(tr("Details of the call"));
    setOpenLinks(false);
    setFrameShape(QFrame::NoFrame);
    document()->setDocumentMargin(20);
    connect(&theme, &Theme::changed, this, [this] {
        m_shown.clear();
        render();
    });
}

void CallDetails::setRecord(const engine::records::CallRecord &record)
{
    m_record = record;
    if (isVisible())
        render();
}

void CallDetails::showEvent(QShowEvent *event)
{
    QTextBrowser::showEvent(event);
    render();
}

void CallDetails::render()
{
    QString html = heading(tr("TIMELINE")) + u"<table cellspacing='0' cellpadding='3'>"_s;
    for (const format::TimelineEntry &entry : format::timelineOf(m_record))
        html += u"<tr><td class='time'>%1</td><td class='time'>%2</td><td%3>%4</td></tr>"_s.arg(
            format::exactTime(entry.at), after(entry.afterMs), entry.trouble ? u" class='trouble'"_s : QString(),
            entry.text.toHtmlEscaped());
    html += u"</table>"_s;

    html += heading(tr("FROM THE CARRIER"));
    const QStringList texts = format::carrierTexts(m_record);
    for (const QString &text : texts)
        html += u"<p>%1</p>"_s.arg(text.toHtmlEscaped());
    if (texts.isEmpty())
        html += u"<p class='time'>%1</p>"_s.arg(tr("No complaint about this call.").toHtmlEscaped());

    html += heading(tr("INSTRUCTIONS (TWIML)"));
    const QString twiml = format::twimlOf(m_record);
    html += twiml.isEmpty() ? u"<p class='time'>%1</p>"_s.arg(tr("Served when the callee answers.").toHtmlEscaped())
                            : u"<pre>%1</pre>"_s.arg(indented(twiml).toHtmlEscaped());

    if (html == m_shown)
        return; // the reader's place and selection stay
    m_shown = html;
    const Tokens &t = m_theme.tokens();
    document()->setDefaultStyleSheet(
        u"body, td, p, pre { color: %1; } .time { color: %2; } .trouble { color: %3; } .heading { color: %2; "
        "font-size: 11px; font-weight: 700; } pre { white-space: pre-wrap; }"_s.arg(t.text.name(), t.muted.name(),
                                                                                    t.warn.name()));
    const int place = verticalScrollBar()->value();
    setHtml(html);
    verticalScrollBar()->setValue(place);
}

} // namespace ui::pages
