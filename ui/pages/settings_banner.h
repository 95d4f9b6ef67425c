#pragma once

#include "ui/models/engine_link.h"

#include <QFrame>

class QLabel;

namespace ui::pages {

/// Says that saved settings are not in use yet, or why they cannot be; hidden otherwise.
class SettingsBanner : public QFrame
{
    Q_OBJECT
public:
    explicit SettingsBanner(QWidget *parent = nullptr);

    void show(const models::DeskFacts &facts, int liveCalls);
    using QFrame::show;

private:
    QLabel *m_news = nullptr;
};

} // namespace ui::pages
