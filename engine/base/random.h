#pragma once

#include <QByteArray>

#include <random>

namespace engine {

/// Where the engine gets randomness from, so that a test can repeat a run.
class Random
{
public:
    virtual ~Random() = default;

    virtual quint64 next() = 0;

    /// `byteCount` random bytes as lower-case hex, for tokens and ids.
    QByteArray hex(int byteCount);
    /// Uniform in [low, high]; low <= high.
    double between(double low, double high);
};

/// Operating-system randomness; good enough for tokens.
class SystemRandom final : public Random
{
public:
    quint64 next() override;
};

/// The same numbers for the same seed, on every platform. Never for tokens of a real call.
class SeededRandom final : public Random
{
public:
    explicit SeededRandom(quint64 seed) : m_engine(seed) {}
    quint64 next() override { return m_engine(); }

private:
    std::mt19937_64 m_engine;
};

} // namespace engine
