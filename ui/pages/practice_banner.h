#pragma once

#include <QFrame>

namespace ui::pages {

/// Says that no real phone rings, as long as the practice line is on.
class PracticeBanner : public QFrame
{
    Q_OBJECT
public:
    explicit PracticeBanner(QWidget *parent = nullptr);
};

} // namespace ui::pages
