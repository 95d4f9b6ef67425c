#include "ui/pages/check_row.h"

#include "ui/format/readiness_text.h"
#include "ui/theme.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/pill.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace ui::pages {

using engine::checks::CheckState;

namespace {

constexpr int kSignSize = 22;
constexpr int kIconSize = 14;

struct Sign
{
    QString icon;
    QColor color;
    QString tone; ///< of the disc behind it, in the style sheet
};

Sign signOf(CheckState state, const Tokens &t)
{
    switch (state) {
    case CheckState::Unknown:
    case CheckState::Checking:
        return {u"queued"_s, t.muted, u"quiet"_s};
    case CheckState::Good:
        return {u"done"_s, t.live, u"live"_s};
    case CheckState::Warning:
        return {u"warning"_s, t.warn, u"warn"_s};
    case CheckState::Bad:
        return {u"failed"_s, t.bad, u"bad"_s};
    }
    Q_UNREACHABLE();
}

} // namespace

CheckRow::CheckRow(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 9, 0, 9);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(2);
    m_icon = new QLabel(this);
    m_icon->setFixedSize(kSignSize, kSignSize);
    m_icon->setAlignment(Qt::AlignCenter);
    m_title = new QLabel(this);
    m_title->setProperty("role", u"checkTitle"_s);
    m_checked = new QLabel(this);
    m_checked->setProperty("role", u"small"_s);
    m_sentence = new QLabel(this);
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sentence->setProperty("role", u"muted"_s);
    m_fix = new QPushButton(this);
    // Title and time share a line of their own, so that the time takes no width from the sentence.
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_checked);
    grid->addWidget(m_icon, 0, 0, 2, 1, Qt::AlignTop);
    grid->addLayout(head, 0, 1, 1, 2);
    grid->addWidget(m_sentence, 1, 1);
    grid->addWidget(m_fix, 1, 2, Qt::AlignRight | Qt::AlignTop);
    grid->setColumnStretch(1, 1);
    connect(m_fix, &QPushButton::clicked, this, &CheckRow::fixAsked);
    connect(&theme, &Theme::changed, this, &CheckRow::show);
}

void CheckRow::setCheck(const engine::checks::Check &check)
{
    m_check = check;
    show();
}

void CheckRow::show()
{
    const Sign sign = signOf(m_check.state, m_theme.tokens());
    const QString title = format::checkTitle(m_check.id);
    setObjectName(u"check_"_s + engine::checks::toWord(m_check.id));
    m_icon->setPixmap(widgets::iconPixmap(sign.icon, sign.color, kIconSize, devicePixelRatioF()));
    widgets::setStyleProperty(m_icon, "sign", sign.tone);
    m_icon->setAccessibleName(format::checkStateWord(m_check.state));
    m_title->setText(title);
    const bool answered = m_check.state != CheckState::Unknown && m_check.state != CheckState::Checking;
    m_sentence->setText(answered ? m_check.sentence : tr("Being checked …"));
    m_checked->setText(answered ? format::checkedText(m_check) : QString());
    setAccessibleName(u"%1: %2. %3"_s.arg(title, format::checkStateWord(m_check.state), m_sentence->text()));

    const bool mendable = m_check.state == CheckState::Bad || m_check.state == CheckState::Warning;
    m_fix->setVisible(mendable);
    m_fix->setText(format::fixWord(m_check.fix));
    m_fix->setToolTip(format::fixSentence(m_check.fix));
    m_fix->setAccessibleName(u"%1: %2"_s.arg(title, format::fixSentence(m_check.fix)));
}

} // namespace ui::pages
