#include "ui/pages/readiness_panel.h"

#include "ui/format/readiness_text.h"
#include "ui/pages/check_row.h"
#include "ui/theme.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui::pages {

using engine::checks::Check;
using engine::checks::Fix;

namespace {

constexpr int kWidth = 560;
constexpr int kGap = 6; ///< to the light it hangs from, and to the window's edges

} // namespace

ReadinessPanel::ReadinessPanel(const Theme &theme, QWidget *window) : QFrame(window), m_theme(theme)
{
    setObjectName(u"readinessPanel"_s);
    setAccessibleName(tr("Readiness"));
    setFocusPolicy(Qt::StrongFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::kCard, 12, metrics::kCard, 8);
    layout->setSpacing(0);
    auto *head = new QHBoxLayout;
    m_title = new QLabel(this);
    m_title->setProperty("role", u"title"_s);
    m_all = new QPushButton(tr("Check all again"), this);
    m_all->setObjectName(u"checkAllButton"_s);
    m_all->setToolTip(tr("Ask everything again now; this is done every few minutes anyway"));
    head->addWidget(m_title, 1);
    head->addWidget(m_all);
    layout->addLayout(head);
    m_trouble = new QLabel(this);
    m_trouble->setWordWrap(true);
    m_trouble->setProperty("tone", u"bad"_s);
    layout->addWidget(m_trouble);
    m_rows = new QVBoxLayout;
    m_rows->setContentsMargins(0, 4, 0, 0);
    m_rows->setSpacing(0);
    layout->addLayout(m_rows);
    connect(m_all, &QPushButton::clicked, this, &ReadinessPanel::checkAllAsked);
    hide();
}

void ReadinessPanel::setFacts(const models::DeskFacts &facts)
{
    m_facts = facts;
    m_title->setText(facts.light().text);
    m_trouble->setText(facts.trouble);
    m_trouble->setVisible(!facts.trouble.isEmpty());
    m_all->setEnabled(!facts.readiness.checks.isEmpty());

    const QList<Check> &checks = facts.readiness.checks;
    while (m_checkRows.size() > static_cast<std::size_t>(checks.size())) {
        m_checkRows.back()->hide();
        m_checkRows.back()->deleteLater();
        m_checkRows.pop_back();
    }
    while (m_checkRows.size() < static_cast<std::size_t>(checks.size())) {
        auto *row = new CheckRow(m_theme, this);
        connect(row, &CheckRow::fixAsked, this, [this, row] { mend(row->check()); });
        m_rows->addWidget(row);
        row->setVisible(true);
        m_checkRows.push_back(row);
    }
    for (qsizetype i = 0; i < checks.size(); ++i)
        m_checkRows[static_cast<std::size_t>(i)]->setCheck(checks[i]);
    if (isVisible())
        place();
}

void ReadinessPanel::toggleBelow(QWidget *anchor)
{
    if (isVisible()) {
        hide();
        return;
    }
    m_anchor = anchor;
    show();
    raise();
    place();
    qApp->installEventFilter(this);
    // To what most probably is wanted: the first thing to mend.
    for (CheckRow *row : m_checkRows) {
        if (auto *fix = row->findChild<QPushButton *>(); fix && fix->isVisible()) {
            fix->setFocus(Qt::PopupFocusReason);
            return;
        }
    }
    setFocus(Qt::PopupFocusReason);
}

void ReadinessPanel::place()
{
    const QWidget *window = parentWidget();
    const int width = std::min(kWidth, window->width() - 2 * kGap);
    setFixedWidth(width);
    layout()->activate();
    const int height = layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width) : sizeHint().height();
    const QPoint below = m_anchor->mapTo(window, QPoint(0, m_anchor->height() + kGap));
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const int wanted = mirrored ? below.x() + m_anchor->width() - width : below.x();
    const int most = std::max(kGap, window->width() - width - kGap);
    setGeometry(std::clamp(wanted, kGap, most), below.y(), width,
                std::min(height, window->height() - below.y() - kGap));
}

void ReadinessPanel::mend(const Check &check)
{
    switch (check.fix.kind) {
    case Fix::Kind::OpenSetting:
        hide();
        emit settingAsked(check.fix.value);
        break;
    case Fix::Kind::CopyCommand:
        emit copyAsked(check.fix.value);
        break;
    case Fix::Kind::Retry:
        emit checkAgainAsked(check.id);
        break;
    }
}

bool ReadinessPanel::eventFilter(QObject *watched, QEvent *event)
{
    const auto *widget = qobject_cast<QWidget *>(watched);
    if (!widget || widget == this || isAncestorOf(widget))
        return QFrame::eventFilter(watched, event);
    // The light's own click is left to the light, which toggles.
    const bool clickedElsewhere = event->type() == QEvent::MouseButtonPress && widget != m_anchor;
    const bool focusElsewhere = event->type() == QEvent::FocusIn && widget != m_anchor && widget->window() == window();
    const bool windowChanged = event->type() == QEvent::Resize && widget == parentWidget();
    if (clickedElsewhere || focusElsewhere)
        hide();
    else if (windowChanged)
        place();
    return QFrame::eventFilter(watched, event);
}

bool ReadinessPanel::event(QEvent *event)
{
    // Escape has a meaning for the window; while the panel is open it closes the panel.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QFrame::event(event);
}

void ReadinessPanel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Escape)
        return QFrame::keyPressEvent(event);
    hide();
    if (m_anchor)
        m_anchor->setFocus(Qt::PopupFocusReason);
}

void ReadinessPanel::hideEvent(QHideEvent *event)
{
    qApp->removeEventFilter(this);
    QFrame::hideEvent(event);
}

} // namespace ui::pages
