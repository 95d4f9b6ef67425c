#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>

#include <array>

namespace ui {

/// The colours of the window. All widgets take theirs from here; a test holds every pair that carries words against
/// WCAG AA.
struct Tokens
{
    QColor background, panel, line, field;
    QColor text, muted, faint;
    QColor accent, accentSoft;
    QColor live, liveSoft;
    QColor warn, warnSoft;
    QColor bad, badSoft;
    QColor production, productionSoft;
    QColor onAccent;                    ///< words on a button filled with accent, live, bad or production
    std::array<QColor, 4> latencyParts; ///< listening, words, model, voice
    bool dark = false;
};

[[nodiscard]] const Tokens &lightTokens();
[[nodiscard]] const Tokens &darkTokens();

/// Sizes, in device-independent pixels.
namespace metrics {
inline constexpr int kStep = 4;
inline constexpr int kCard = 16;
inline constexpr int kRadius = 8;
inline constexpr int kBubbleRadius = 12;
inline constexpr int kBaseFont = 13;
inline constexpr double kSmallFont = 11.5;
inline constexpr int kTranscriptFont = 14;
inline constexpr int kNumberFont = 20;
inline constexpr int kLeftWidth = 328;
inline constexpr int kHistoryWidth = 372;
inline constexpr int kRightWidth = 316;
inline constexpr int kFoldFacts = 1100; ///< narrower windows do without the right column
inline constexpr int kFoldList = 820;   ///< and below this without the left one's words
} // namespace metrics

/// The base font in another size or weight.
[[nodiscard]] QFont fontOf(double pixels, QFont::Weight weight = QFont::Normal);

/// Light or dark, as the system or the operator wants it. Lives on the window's thread.
class Theme : public QObject
{
    Q_OBJECT
public:
    enum class Appearance
    {
        System,
        Light,
        Dark
    };
    explicit Theme(QObject *parent = nullptr);

    const Tokens &tokens() const { return m_dark ? darkTokens() : lightTokens(); }
    Appearance appearance() const { return m_appearance; }
    void setAppearance(Appearance appearance);

    /// For the window; every widget below inherits both.
    [[nodiscard]] QPalette palette() const;
    [[nodiscard]] QString styleSheet() const;

    bool eventFilter(QObject *watched, QEvent *event) override;

signals:
    void changed();

private:
    void update();

    Appearance m_appearance = Appearance::System;
    bool m_dark = false;
};

/// Contrast of two colours by WCAG 2, from 1 to 21.
[[nodiscard]] double contrastRatio(const QColor &a, const QColor &b);

} // namespace ui
