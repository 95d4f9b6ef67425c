#include "ui/pages/practice_banner.h"

#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLabel>

using namespace Qt::StringLiterals;

namespace ui::pages {

PracticeBanner::PracticeBanner(QWidget *parent) : QFrame(parent)
{
    setObjectName(u"practiceBanner"_s);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(metrics::kCard, 7, metrics::kCard, 7);
    layout->setSpacing(10);
    auto *word = new QLabel(tr("PRACTICE LINE"), this);
    word->setStyleSheet(u"font-weight: 700;"_s);
    auto *text = new QLabel(tr("Calls go to simulated people on this computer. Nothing is dialed, nothing is billed. "
                               "Add a Twilio account in Settings to call for real."),
                            this);
    text->setWordWrap(true);
    layout->addWidget(word);
    layout->addWidget(text, 1);
}

} // namespace ui::pages
