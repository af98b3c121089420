DROP TABLE studio.ai_budgets;
DROP TABLE studio.ai_uses;
