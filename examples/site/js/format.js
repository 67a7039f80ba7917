export const euros = cents => `€${(cents / 100).toFixed(2)}`;
export const duration = minutes => `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
