#include "ui/widgets/search_bar.h"

#include "ui/theme.h"
#include "ui/widgets/icons.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace ui::widgets {

SearchBar::SearchBar(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setObjectName(u"searchBar"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(20, 6, 12, 6);
    layout->setSpacing(6);
    m_field = new QLineEdit(this);
    m_field->setObjectName(u"searchField"_s);
    m_field->setPlaceholderText(tr("Find in this conversation"));
    m_field->setAccessibleName(tr("Find in this conversation"));
    m_count = new QLabel(this);
    m_count->setObjectName(u"searchCount"_s);
    m_count->setProperty("role", u"small"_s);
    const auto makeButton = [this](const QString &name) {
        auto *button = new QPushButton(this);
        button->setFlat(true);
        button->setAccessibleName(name);
        button->setToolTip(name);
        return button;
    };
    m_previous = makeButton(tr("Previous (Shift+F3)"));
    m_next = makeButton(tr("Next (F3)"));
    m_close = makeButton(tr("Close (Esc)"));
    layout->addWidget(m_field, 1);
    layout->addWidget(m_count);
    layout->addWidget(m_previous);
    layout->addWidget(m_next);
    layout->addWidget(m_close);
    connect(m_field, &QLineEdit::textChanged, this, &SearchBar::wordsChanged);
    connect(m_previous, &QPushButton::clicked, this, &SearchBar::previousAsked);
    connect(m_next, &QPushButton::clicked, this, &SearchBar::nextAsked);
    connect(m_close, &QPushButton::clicked, this, &SearchBar::close);
    connect(&theme, &Theme::changed, this, &SearchBar::applyTheme);
    applyTheme();
    hide();
}

void SearchBar::applyTheme()
{
    const QColor ink = m_theme.tokens().muted;
    m_previous->setIcon(icon(u"chevron_up"_s, ink));
    m_next->setIcon(icon(u"chevron_down"_s, ink));
    m_close->setIcon(icon(u"close"_s, ink));
}

QString SearchBar::words() const
{
    return isHidden() ? QString() : m_field->text().trimmed();
}

void SearchBar::open()
{
    show();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    emit wordsChanged(words());
}

void SearchBar::close()
{
    if (isHidden())
        return;
    hide();
    emit wordsChanged({});
}

void SearchBar::setFound(int current, int count)
{
    if (words().isEmpty())
        m_count->clear();
    else if (count == 0)
        m_count->setText(tr("not found"));
    else
        m_count->setText(tr("%1 of %2", "the line shown, lines found").arg(current + 1).arg(count));
    m_previous->setEnabled(count > 0);
    m_next->setEnabled(count > 0);
}

bool SearchBar::event(QEvent *event)
{
    // Escape closes the bar here, whatever it means to the window.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void SearchBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        close();
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        event->modifiers() & Qt::ShiftModifier ? emit previousAsked() : emit nextAsked();
    else
        QWidget::keyPressEvent(event);
}

} // namespace ui::widgets
