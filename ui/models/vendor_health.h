#pragma once

#include "engine/records/events.h"

#include <QObject>

#include <array>
#include <deque>
#include <optional>

namespace ui::models {

/// How the three vendors of a conversation are doing, told from the calls themselves: how long their steps of the last
/// answers took, and whether something broke. Lives on the window's thread.
class VendorHealth : public QObject
{
    Q_OBJECT
public:
    enum class State
    {
        Unknown, ///< nothing was asked of it yet
        Ok,
        Slow,
        Trouble ///< an incident, and no answer since
    };
    enum Part
    {
        Transcriber,
        Model,
        Voice
    };
    struct Vendor
    {
        State state = State::Unknown;
        double p95Ms = 0; ///< of its step in the last answers
        QString trouble;  ///< what the incident said
        bool operator==(const Vendor &) const = default;
    };
    using Vendors = std::array<Vendor, 3>; ///< index with Part

    explicit VendorHealth(QObject *parent = nullptr);

    void apply(const engine::records::Event &event);
    const Vendors &vendors() const { return m_vendors; }

signals:
    void changed();

private:
    void addStep(Part part, double ms);

    std::array<std::deque<double>, 3> m_steps;
    Vendors m_vendors;
};

} // namespace ui::models
