#include "ui/theme.h"

#include <QApplication>
#include <QEvent>
#include <QGuiApplication>
#include <QStyleHints>

#include <cmath>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr std::array<QColor, 4> kLatencyParts = {QColor(0x8A, 0xA4, 0xF8), QColor(0x5B, 0xC0, 0xA8),
                                                 QColor(0xF2, 0xB3, 0x5D), QColor(0xD6, 0x7B, 0xB5)};

QColor hex(QRgb rgb)
{
    return QColor::fromRgb(rgb);
}

Tokens makeLight()
{
    Tokens t;
    t.background = hex(0xF5F6F8);
    t.panel = hex(0xFFFFFF);
    t.line = hex(0xE2E5EA);
    t.field = hex(0xF5F6F8);
    t.text = hex(0x1B1F27);
    t.muted = hex(0x606A7E);
    t.faint = hex(0x98A2B3);
    t.accent = hex(0x2F5BEA);
    t.accentSoft = hex(0xE9EFFF);
    t.live = hex(0x0A7A53);
    t.liveSoft = hex(0xE3F6EE);
    t.warn = hex(0x9C5700);
    t.warnSoft = hex(0xFFF2DC);
    t.bad = hex(0xC22F3D);
    t.badSoft = hex(0xFDEAEC);
    t.production = hex(0x8A2BE2);
    t.productionSoft = hex(0xF3E9FF);
    t.onAccent = hex(0xFFFFFF);
    t.latencyParts = kLatencyParts;
    return t;
}

Tokens makeDark()
{
    Tokens t;
    t.background = hex(0x14171C);
    t.panel = hex(0x1B1F26);
    t.line = hex(0x2B313B);
    t.field = hex(0x14171C);
    t.text = hex(0xE8EAEE);
    t.muted = hex(0x9AA4B2);
    t.faint = hex(0x6B7583);
    t.accent = hex(0x7C9BFF);
    t.accentSoft = hex(0x23304F);
    t.live = hex(0x42C697);
    t.liveSoft = hex(0x17362C);
    t.warn = hex(0xF0B357);
    t.warnSoft = hex(0x3A2D17);
    t.bad = hex(0xFF7A85);
    t.badSoft = hex(0x42211F);
    t.production = hex(0xC08CFF);
    t.productionSoft = hex(0x33244A);
    t.onAccent = hex(0x14171C);
    t.latencyParts = kLatencyParts;
    t.dark = true;
    return t;
}

double luminance(const QColor &color)
{
    const auto linear = [](double channel) {
        return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

bool systemIsDark()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto scheme = QGuiApplication::styleHints()->colorScheme();
    if (scheme != Qt::ColorScheme::Unknown)
        return scheme == Qt::ColorScheme::Dark;
#endif
    const QPalette palette = QGuiApplication::palette();
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

// {name} is replaced by the token, {N_px} by a metric.
constexpr auto kSheet = R"(
* { font-size: 13px; }
QMainWindow, QWidget#window { background: {background}; }
QWidget#topBar, QWidget#leftColumn, QWidget#historyPage, QWidget#historyFoot, QWidget#factsPanel, QWidget#callHeader, QWidget#dialPanel, QScrollArea, QWidget#factsContent, QWidget#nameValueContent { background: {panel}; }
QWidget#topBar { border-bottom: 1px solid {line}; }
QWidget#leftColumn, QWidget#historyPage { border-right: 1px solid {line}; }
QWidget#historyFoot { border-top: 1px solid {line}; }
QWidget#factsPanel { border-left: 1px solid {line}; }
QTabBar#callTabs { background: {panel}; border-bottom: 1px solid {line}; }
QTabBar#callTabs::tab { background: transparent; color: {muted}; border: none; border-bottom: 2px solid transparent; padding: 6px 4px; margin-left: 16px; }
QTabBar#callTabs::tab:selected { color: {text}; border-bottom: 2px solid {accent}; }
QTabBar#callTabs::tab:hover { color: {text}; }
QTabBar#callTabs::tab:focus { color: {accent}; }
QWidget#searchBar { background: {panel}; border-bottom: 1px solid {line}; }
QTextBrowser#callDetails { background: {background}; color: {text}; selection-background-color: {accent}; selection-color: {onAccent}; }
QWidget#dialPanel { border: none; border-bottom: 1px solid {line}; }
QScrollArea { border: none; }
QLabel { color: {text}; background: transparent; }
QLabel[role="title"] { font-size: 15px; font-weight: 700; }
QLabel[role="label"] { color: {muted}; font-size: 11.5px; font-weight: 600; }
QLabel[role="section"] { color: {muted}; font-size: 11px; font-weight: 700; letter-spacing: 1px; }
QLabel[role="muted"] { color: {muted}; }
QLabel[role="small"] { color: {muted}; font-size: 12px; }
QLabel[role="number"] { font-size: 19px; font-weight: 700; }
QLabel[role="empty"] { color: {muted}; font-size: 14px; }
QLabel[tone="bad"] { color: {bad}; font-size: 12px; }
QLabel[tone="warn"] { color: {warn}; font-size: 12px; }
QLabel[pill="live"] { background: {liveSoft}; color: {live}; }
QLabel[pill="accent"] { background: {accentSoft}; color: {accent}; }
QLabel[pill="warn"] { background: {warnSoft}; color: {warn}; }
QLabel[pill="bad"] { background: {badSoft}; color: {bad}; }
QLabel[pill="production"] { background: {productionSoft}; color: {production}; }
QLabel[pill="quiet"] { background: {background}; color: {muted}; }
QLabel[pill] { border-radius: 6px; padding: 4px 8px; font-size: 12px; font-weight: 700; }
QFrame#practiceBanner { background: {warnSoft}; border: none; border-bottom: 1px solid {line}; }
QFrame#practiceBanner QLabel { color: {warn}; }
QFrame#settingsBanner { background: {accentSoft}; border: none; border-bottom: 1px solid {line}; }
QFrame#settingsBanner[tone="bad"] { background: {badSoft}; }
QFrame#settingsBanner[tone="bad"] QLabel { color: {bad}; }
QFrame#errorCard { background: {badSoft}; border: none; border-radius: 8px; }
QFrame#errorCard QLabel { color: {bad}; font-size: 12px; }
QLineEdit, QComboBox, QDateEdit { background: {field}; color: {text}; border: 1px solid {line}; border-radius: 8px; padding: 7px 10px; selection-background-color: {accent}; selection-color: {onAccent}; }
QLineEdit:focus, QComboBox:focus, QDateEdit:focus, QComboBox:on { border: 1px solid {accent}; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: none; padding: 0; background: transparent; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: {panel}; color: {text}; border: 1px solid {line}; selection-background-color: {accentSoft}; selection-color: {text}; outline: none; }
QLineEdit#toNumber { font-size: 20px; font-weight: 600; padding: 10px 10px; }
QLineEdit#toNumber[trouble="true"] { border: 1px solid {bad}; }
QPushButton { background: {panel}; color: {text}; border: 1px solid {line}; border-radius: 8px; padding: 6px 12px; outline: none; }
QPushButton:hover { background: {background}; }
QPushButton:pressed { background: {line}; }
QPushButton:focus { border: 1px solid {accent}; }
QPushButton:disabled { color: {muted}; background: {background}; }
QPushButton:flat { background: transparent; border: 1px solid transparent; color: {muted}; padding: 4px 6px; }
QPushButton:flat:hover { color: {text}; }
QPushButton:flat:focus { border: 1px solid {accent}; }
QPushButton#dialButton { background: {background}; color: {muted}; border: 1px solid {line}; font-size: 14px; font-weight: 700; padding: 11px; }
QPushButton#dialButton[ready="true"] { background: {live}; color: {onAccent}; border: 1px solid {live}; }
QPushButton#dialButton[ready="true"]:hover { background: {liveHover}; }
QPushButton#dialButton[ready="true"][production="true"], QPushButton#dialButton[ready="true"][production="true"]:hover { background: {production}; border: 1px solid {production}; }
QPushButton#dialButton:focus { border: 2px solid {text}; padding: 10px; }
QPushButton#hangUpButton { background: {bad}; color: {onAccent}; border: 1px solid {bad}; font-weight: 700; padding: 9px 16px; }
QPushButton#hangUpButton:hover { background: {badHover}; }
QPushButton#hangUpButton:focus { border: 2px solid {text}; padding: 8px 15px; }
QPushButton#hangUpButton:disabled { background: {background}; color: {muted}; border: 1px solid {line}; }
QWidget#environmentSwitch { background: {panel}; border: 1px solid {line}; border-radius: 8px; }
QWidget#environmentSwitch QPushButton { border: 1px solid transparent; border-radius: 7px; padding: 5px 13px; font-size: 12px; font-weight: 600; color: {muted}; background: transparent; }
QWidget#environmentSwitch QPushButton:hover { color: {text}; }
QWidget#environmentSwitch QPushButton:focus { border: 2px solid {text}; padding: 4px 12px; }
QWidget#environmentSwitch QPushButton#localButton:checked { background: {accent}; color: {onAccent}; }
QWidget#environmentSwitch QPushButton#productionButton:checked { background: {production}; color: {onAccent}; }
QPushButton#readinessLight, QPushButton#publicAddress, QPushButton[role="round"] { border-radius: 14px; padding: 5px 12px; font-size: 12px; }
QPushButton#readinessLight { color: {text}; }
QPushButton#publicAddress, QPushButton[role="round"] { color: {muted}; }
QPushButton[role="round"] { border-radius: 12px; }
QPushButton[role="round"]:checked { color: {accent}; }
QPushButton#publicAddress[tone="bad"], QPushButton#readinessLight[tone="bad"] { background: {badSoft}; color: {bad}; border: 1px solid {badSoft}; }
QPushButton#publicAddress[tone="bad"]:focus, QPushButton#readinessLight[tone="bad"]:focus { border: 1px solid {bad}; }
QFrame#readinessPanel { background: {panel}; border: 1px solid {line}; border-radius: 12px; }
QLabel[sign] { border-radius: 11px; }
QLabel[sign="quiet"] { background: {background}; }
QLabel[sign="live"] { background: {liveSoft}; }
QLabel[sign="warn"] { background: {warnSoft}; }
QLabel[sign="bad"] { background: {badSoft}; }
QLabel[role="checkTitle"] { font-weight: 600; }
QPushButton#publicAddress:hover, QPushButton[role="round"]:hover { color: {text}; }
QWidget#recordingBar { background: {panel}; border-top: 1px solid {line}; }
QPushButton#playRecording { background: {accent}; border: 2px solid {accent}; border-radius: 17px; padding: 0; }
QPushButton#playRecording:hover { background: {accent}; }
QPushButton#playRecording:focus { border: 2px solid {text}; }
QSlider#recordingPlace::groove:horizontal { height: 4px; border-radius: 2px; background: {line}; }
QSlider#recordingPlace::sub-page:horizontal { height: 4px; border-radius: 2px; background: {accent}; }
QSlider#recordingPlace { background: transparent; }
QSlider#recordingPlace::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {accent}; }
QSlider#recordingPlace::handle:horizontal:focus { background: {text}; }
QPushButton#newestButton { border-radius: 14px; padding: 6px 14px; color: {accent}; font-weight: 600; }
QListView { background: transparent; border: none; outline: none; }
QListView#callList, QListView#historyList { background: {panel}; }
QListView#transcriptView { background: {background}; }
QMenuBar { background: {panel}; color: {text}; border: none; padding: 1px 8px; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: {accentSoft}; }
QMenu { background: {panel}; color: {text}; border: 1px solid {line}; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 24px; border-radius: 4px; }
QMenu::item:selected { background: {accentSoft}; color: {text}; }
QMenu::item:disabled { color: {faint}; }
QMenu::separator { height: 1px; background: {line}; margin: 4px 8px; }
QStatusBar { background: {panel}; color: {muted}; border-top: 1px solid {line}; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: {muted}; font-size: 11.5px; padding: 2px 8px; }
QStatusBar QLabel[tone="warn"] { color: {warn}; }
QStatusBar QLabel[tone="bad"] { color: {bad}; }
QPushButton::menu-indicator { image: none; width: 0; }
QToolTip { background: {panel}; color: {text}; border: 1px solid {line}; padding: 4px; }
QDialog, QMessageBox { background: {panel}; }
QWidget#settingsPage, QScrollArea QWidget#settingsPage { background: {panel}; }
QListWidget#settingsSections { background: {background}; color: {text}; border: none; border-right: 1px solid {line}; padding: 12px 8px; }
QListWidget#settingsSections::item { border-radius: 8px; padding: 0 10px; }
QListWidget#settingsSections::item:hover { background: {line}; }
QListWidget#settingsSections::item:selected { background: {accentSoft}; color: {text}; }
QListWidget#settingsSections::item:selected:focus { border: 1px solid {accent}; }
QWidget#settingsFoot { background: {panel}; border-top: 1px solid {line}; }
QLabel[role="fieldName"] { font-weight: 600; }
QLabel[tone="good"] { color: {live}; font-size: 12px; }
QLabel[tone="muted"] { color: {muted}; font-size: 12px; }
QLineEdit[readOnly="true"], QComboBox:disabled { background: {panel}; color: {muted}; }
QLineEdit[trouble="true"], QComboBox[trouble="true"], QPlainTextEdit[trouble="true"] { border: 1px solid {bad}; }
QPlainTextEdit { background: {field}; color: {text}; border: 1px solid {line}; border-radius: 8px; padding: 6px; selection-background-color: {accent}; selection-color: {onAccent}; }
QPlainTextEdit:focus { border: 1px solid {accent}; }
QPlainTextEdit[readOnly="true"] { background: {panel}; }
QTableView { background: {field}; color: {text}; border: 1px solid {line}; border-radius: 8px; padding: 4px; outline: none; selection-background-color: {accentSoft}; selection-color: {text}; }
QTableView:focus { border: 1px solid {accent}; }
QTableView::item { padding: 0 8px; border: none; }
QHeaderView, QHeaderView::section { background: {field}; color: {muted}; border: none; }
QHeaderView::section { padding: 6px 11px; border-bottom: 1px solid {line}; font-size: 11.5px; font-weight: 600; }
QListView#voiceList { background: {field}; border: 1px solid {line}; border-radius: 8px; padding: 4px; }
QListView#voiceList:focus { border: 1px solid {accent}; }
QListView#voiceList::item { padding: 6px 8px; border-radius: 6px; color: {text}; }
QListView#voiceList::item:hover { background: {line}; }
QListView#voiceList::item:selected { background: {accentSoft}; color: {text}; }
QCheckBox { color: {text}; spacing: 8px; }
QCheckBox:disabled { color: {muted}; }
QPushButton[primary="true"] { background: {accent}; color: {onAccent}; border: 1px solid {accent}; font-weight: 600; padding: 7px 20px; }
QPushButton[primary="true"]:focus { border: 2px solid {text}; padding: 6px 19px; }
QPushButton[primary="true"]:disabled { background: {background}; color: {muted}; border: 1px solid {line}; }
QPushButton:checked { background: {accentSoft}; border: 1px solid {accent}; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar::handle:vertical { background: {scroll}; border-radius: 3px; min-height: 28px; }
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
)"_L1;

} // namespace

const Tokens &lightTokens()
{
    static const Tokens tokens = makeLight();
    return tokens;
}

const Tokens &darkTokens()
{
    static const Tokens tokens = makeDark();
    return tokens;
}

QFont fontOf(double pixels, QFont::Weight weight)
{
    QFont font = QGuiApplication::font();
    font.setPixelSize(static_cast<int>(std::lround(pixels)));
    font.setWeight(weight);
    return font;
}

Theme::Theme(QObject *parent) : QObject(parent), m_dark(systemIsDark())
{
    qApp->installEventFilter(this);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, &Theme::update);
#endif
}

bool Theme::eventFilter(QObject *watched, QEvent *event)
{
    // Our own palettes are set on windows, never on the application: this one is always the system's doing.
    if (event->type() == QEvent::ApplicationPaletteChange && watched == qApp)
        QMetaObject::invokeMethod(this, &Theme::update, Qt::QueuedConnection);
    return QObject::eventFilter(watched, event);
}

void Theme::setAppearance(Appearance appearance)
{
    m_appearance = appearance;
    update();
}

void Theme::update()
{
    const bool dark = m_appearance == Appearance::System ? systemIsDark() : m_appearance == Appearance::Dark;
    if (dark == m_dark)
        return;
    m_dark = dark;
    emit changed();
}

QPalette Theme::palette() const
{
    const Tokens &t = tokens();
    QPalette palette;
    palette.setColor(QPalette::Window, t.background);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.panel);
    palette.setColor(QPalette::AlternateBase, t.background);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::Button, t.panel);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::Highlight, t.accent);
    palette.setColor(QPalette::HighlightedText, t.onAccent);
    palette.setColor(QPalette::PlaceholderText, t.muted);
    palette.setColor(QPalette::ToolTipBase, t.panel);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::Link, t.accent);
    palette.setColor(QPalette::Mid, t.line);
    return palette;
}

QString Theme::styleSheet() const
{
    const Tokens &t = tokens();
    const auto stronger = [&t](const QColor &color) { return t.dark ? color.lighter(112) : color.darker(112); };
    const std::pair<QLatin1StringView, QColor> values[] = {
        {"background"_L1, t.background},
        {"panel"_L1, t.panel},
        {"line"_L1, t.line},
        {"field"_L1, t.field},
        {"text"_L1, t.text},
        {"muted"_L1, t.muted},
        {"faint"_L1, t.faint},
        {"accent"_L1, t.accent},
        {"accentSoft"_L1, t.accentSoft},
        {"live"_L1, t.live},
        {"liveSoft"_L1, t.liveSoft},
        {"warn"_L1, t.warn},
        {"warnSoft"_L1, t.warnSoft},
        {"bad"_L1, t.bad},
        {"badSoft"_L1, t.badSoft},
        {"production"_L1, t.production},
        {"productionSoft"_L1, t.productionSoft},
        {"onAccent"_L1, t.onAccent},
        {"liveHover"_L1, stronger(t.live)},
        {"badHover"_L1, stronger(t.bad)},
        {"scroll"_L1, t.dark ? t.line.lighter(140) : t.line.darker(112)}};
    QString sheet = kSheet;
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    sheet +=
        u"QLineEdit { placeholder-text-color: {muted}; }"_s; // before, Qt takes the text's colour, half transparent
#endif
    for (const auto &[name, color] : values)
        sheet.replace(u'{' + name + u'}', color.name());
    return sheet;
}

double contrastRatio(const QColor &a, const QColor &b)
{
    const double first = luminance(a), second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace ui
