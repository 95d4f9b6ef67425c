#include "ui/widgets/environment_switch.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace ui::widgets {

EnvironmentSwitch::EnvironmentSwitch(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("environmentSwitch"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Environment of the next calls"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    const auto makeButton = [&](const QString &text, const QString &name, const QString &toolTip) {
        auto *button = new QPushButton(text, this);
        button->setObjectName(name);
        button->setCheckable(true);
        button->setToolTip(toolTip);
        layout->addWidget(button);
        return button;
    };
    m_local = makeButton(tr("LOCAL"), QStringLiteral("localButton"),
                         tr("This computer holds the conversation of the next calls."));
    m_productionButton = makeButton(tr("PRODUCTION"), QStringLiteral("productionButton"),
                                    tr("Pipecat Cloud holds the conversation of the next calls."));
    connect(m_local, &QPushButton::clicked, this, [this] { onPressed(false); });
    connect(m_productionButton, &QPushButton::clicked, this, [this] { onPressed(true); });
    setProduction(false);
}

void EnvironmentSwitch::setProduction(bool production)
{
    m_production = production;
    m_local->setChecked(!production);
    m_productionButton->setChecked(production);
    setAccessibleDescription(production ? m_productionButton->text() : m_local->text());
}

void EnvironmentSwitch::onPressed(bool production)
{
    const bool differs = production != m_production;
    setProduction(m_production); // the press has checked a button already
    if (differs)
        emit asked(production);
}

} // namespace ui::widgets
