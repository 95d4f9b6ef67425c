#pragma once

#include <QWidget>

class QPushButton;

namespace ui::widgets {

/// LOCAL | PRODUCTION. Shows what is; a press asks, and changes nothing by itself.
class EnvironmentSwitch : public QWidget
{
    Q_OBJECT
public:
    explicit EnvironmentSwitch(QWidget *parent = nullptr);
    void setProduction(bool production);

signals:
    void asked(bool production);

private:
    void onPressed(bool production);

    QPushButton *m_local = nullptr;
    QPushButton *m_productionButton = nullptr;
    bool m_production = false;
};

} // namespace ui::widgets
