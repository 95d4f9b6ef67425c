#pragma once

#include "engine/records/events.h"

#include <QByteArray>
#include <QMap>

#include <array>
#include <vector>

namespace engine {

/// Counts what happens and writes it as Prometheus text (exposition format 0.0.4). Fed with every event; engine thread.
class Metrics
{
public:
    void apply(const records::Event &event);
    /// @param liveCalls  calls at this moment
    /// @param refusals   how many were turned away at the door, by why
    [[nodiscard]] QByteArray text(int liveCalls, const QMap<QString, quint64> &refusals = {}) const;

private:
    /// Cumulative buckets, in milliseconds.
    class Histogram
    {
    public:
        void add(double ms);
        void write(QByteArray &out, const QByteArray &name, const QByteArray &label) const;

    private:
        static constexpr std::array kBoundsMs = {25.0, 50.0, 100.0, 200.0, 250.0, 400.0, 800.0, 1200.0, 2000.0, 4000.0, 8000.0};
        std::array<quint64, kBoundsMs.size() + 1> m_counts{};
        double m_sum = 0;
        quint64 m_count = 0;
    };

    QMap<QString, quint64> m_endedByStatus;
    QMap<QString, quint64> m_incidents;
    QMap<QString, Histogram> m_steps;
    Histogram m_answer;
    Histogram m_firstAudio;
    Histogram m_bargeIn;
    quint64 m_agentTurns = 0;
    quint64 m_interruptions = 0;
    quint64 m_calleeFinals = 0;
    quint64 m_promptTokens = 0;
    quint64 m_outputTokens = 0;
    quint64 m_spokenCharacters = 0;
    double m_callSeconds = 0;
    double m_agentAudioSeconds = 0;
};

} // namespace engine
